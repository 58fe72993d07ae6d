"""The form in which a donor says what he can teach or do."""

from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from charity.domain.service import MOST_HOURS
from charity.domain.skills import Skills
from charity.web.kit.forms import BaseForm, CheckboxesField
from charity.web.kit.kind_words import MODES, SUBJECTS, WEEKDAYS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices


class SkillsForm(BaseForm):
    """Subjects, ways, days of the week, hours for one wish."""

    subjects = CheckboxesField(_l("Subjects and skills"), choices=choices(SUBJECTS), validators=[Optional()])
    modes = CheckboxesField(_l("On site or remotely"), choices=choices(MODES), validators=[Optional()])
    weekdays = CheckboxesField(_l("Days of the week"), choices=choices(WEEKDAYS), validators=[Optional()])
    hours = IntegerField(
        _l("Hours for one wish"),
        validators=[Optional(), NumberRange(min=1, max=MOST_HOURS)],
        description=_l("The form begins with this number when you claim hours."),
        render_kw={"inputmode": "numeric", "min": "1", "max": str(MOST_HOURS)},
    )

    def fill(self, known: Skills) -> "SkillsForm":
        """Show what is said already."""
        self.subjects.data, self.modes.data = sorted(known.subjects), sorted(known.modes)
        self.weekdays.data = [str(day) for day in sorted(known.weekdays)]
        self.hours.data = known.hours
        return self
