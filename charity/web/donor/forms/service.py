"""Forms of a giver of hours."""

from datetime import date

from wtforms import BooleanField, DateField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from charity.domain.service import MOST_HOURS, MOST_PEOPLE
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l


class DayForm(BaseForm):
    """On which day or days the hours are given; nobody need name more than the first."""

    day = DateField(_l("Day"), validators=[InputRequired()])
    day_2 = DateField(_l("Second meeting"), validators=[Optional()])
    day_3 = DateField(_l("Third meeting"), validators=[Optional()])
    day_4 = DateField(_l("Fourth meeting"), validators=[Optional()])
    day_5 = DateField(_l("Fifth meeting"), validators=[Optional()])
    day_6 = DateField(_l("Sixth meeting"), validators=[Optional()])
    day_7 = DateField(_l("Seventh meeting"), validators=[Optional()])
    day_8 = DateField(_l("Eighth meeting"), validators=[Optional()])

    @property
    def others(self) -> tuple[DateField, ...]:
        """Give the fields of the further days."""
        return (self.day_2, self.day_3, self.day_4, self.day_5, self.day_6, self.day_7, self.day_8)

    @property
    def more_days(self) -> tuple[date, ...]:
        """Give the further days that were named."""
        return tuple(field.data for field in self.others if field.data is not None)


class HoursForm(BaseForm):
    """How many hours were given."""

    hours = IntegerField(
        _l("Hours given"),
        validators=[InputRequired(), NumberRange(min=0, max=MOST_HOURS)],
        description=_l(
            "At most 12 a day for each person. Write 0 if the meeting did not take place and name the next one."
        ),
        render_kw={"inputmode": "numeric", "min": "0"},
    )
    people = IntegerField(
        _l("How many of your people were there"),
        validators=[Optional(), NumberRange(min=1, max=MOST_PEOPLE)],
        description=_l("With children only those who are vetted by name. Whoever attests sees this number."),
        render_kw={"inputmode": "numeric", "min": "1"},
    )
    next_on = DateField(
        _l("Next meeting"),
        validators=[Optional()],
        description=_l("For the hours that are left. Leave it empty if there is none, or if it is agreed already."),
    )
    is_last = BooleanField(_l("This was the last meeting: hours that are left are free again. That is no lapse."))
