"""Form of a period of keeping."""

from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l


class PeriodForm(BaseForm):
    """How many days a kind of record is kept from now on, and why."""

    days = IntegerField(_l("How many days"), validators=[InputRequired()])
    reason = StringField(_l("Why it changes"), validators=[InputRequired(), Length(max=200)])
    shown = HiddenField(validators=[Regexp(r"[0-9]{1,5}")])
