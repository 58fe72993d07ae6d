"""Forms of a giver of hours."""

from wtforms import DateField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from charity.domain.service import MOST_HOURS
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l


class DayForm(BaseForm):
    """On which day the hours are given."""

    day = DateField(_l("Day"), validators=[InputRequired()])


class HoursForm(BaseForm):
    """How many hours were given."""

    hours = IntegerField(
        _l("Hours given"),
        validators=[InputRequired(), NumberRange(min=1, max=MOST_HOURS)],
        description=_l("If they were fewer than you claimed, the others are free again. That is no lapse."),
        render_kw={"inputmode": "numeric", "min": "1"},
    )
