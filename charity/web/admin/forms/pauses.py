"""Forms of the pause calendar."""

from typing import Any, cast

from wtforms import DateField, SelectField
from wtforms.validators import InputRequired

from charity.web.kit.desk_words import choices
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l


class PauseForm(BaseForm):
    """Which days stand still and why; the place is chosen step by step in the address."""

    starts_on = DateField(
        _l("First day"),
        validators=[InputRequired()],
        description=_l("At most 7 days back, for a disaster that is entered late."),
    )
    ends_on = DateField(_l("Last day"), validators=[InputRequired()])
    reason = SelectField(_l("Reason"), choices=cast(Any, choices("pause")), validators=[InputRequired()])
