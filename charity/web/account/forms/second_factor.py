"""Forms of the second step."""

from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from charity.domain.passkeys import LONGEST_NAME
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l

LONGEST_CODE = 30
LONGEST_ANSWER = 8000
_KEYS = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class StepForm(BaseForm):
    """The second step of signing in; next is where the reader wanted to go."""

    code = StringField(
        _l("Code of your app, or a recovery code"),
        validators=[DataRequired(), Length(max=LONGEST_CODE)],
        render_kw=_KEYS,
    )
    next = HiddenField(validators=[Length(max=2000)])


class PasskeyStepForm(BaseForm):
    """What a passkey answered; the page's script fills it in."""

    answer = HiddenField(validators=[DataRequired(), Length(max=LONGEST_ANSWER)])
    next = HiddenField(validators=[Length(max=2000)])


class CodeForm(BaseForm):
    """A code that proves the app is at hand."""

    code = StringField(
        _l("Code of your app"),
        validators=[DataRequired(), Length(max=LONGEST_CODE)],
        render_kw={**_KEYS, "inputmode": "numeric"},
    )


class ChangeForm(BaseForm):
    """A code of either sort, for changing what is set up."""

    code = StringField(
        _l("Code of your app, or a recovery code"),
        validators=[DataRequired(), Length(max=LONGEST_CODE)],
        render_kw=_KEYS,
    )


class PasskeyForm(ChangeForm):
    """A new passkey: how its owner calls it, a code, and what the passkey answered, filled in by the page's script."""

    name = StringField(_l("Name of the passkey"), validators=[DataRequired(), Length(max=LONGEST_NAME)])
    answer = HiddenField(validators=[Length(max=LONGEST_ANSWER)])
