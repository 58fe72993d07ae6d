"""Forms for a lost password."""

from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from charity.domain.passwords import MOST as LONGEST_PASSWORD
from charity.web.account.forms.sign_up import LOGIN_KEYS, LONGEST_LOGIN, CodeForm
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l


class ForgotForm(BaseForm):
    """The log-in whose password is lost."""

    login = StringField(
        _l("E-mail address or phone number"),
        validators=[DataRequired(), Length(max=LONGEST_LOGIN)],
        render_kw=LOGIN_KEYS,
    )


class ResetForm(CodeForm):
    """The code and the new password."""

    password = PasswordField(
        _l("New password"),
        validators=[DataRequired(), Length(max=LONGEST_PASSWORD)],
        description=_l("At least 10 characters. Several words are good."),
        render_kw={"autocomplete": "new-password"},
    )
