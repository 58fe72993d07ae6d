"""Forms of the township's desk of confirmations."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l


class ConfirmForm(BaseForm):
    """What the confirmation rests on."""

    basis = RadioField(
        _l("How do you know?"),
        choices=[("call-back", _l("I have called back")), ("slip", _l("I have checked the slip"))],
        validators=[InputRequired()],
    )


class CheckForm(BaseForm):
    """What the check of a code has shown."""

    outcome = RadioField(
        _l("What did the check show?"),
        choices=[("true", _l("The family has it")), ("doubtful", _l("It is doubtful"))],
        validators=[InputRequired()],
    )
