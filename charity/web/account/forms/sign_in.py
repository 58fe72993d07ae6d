"""The form of signing in."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from charity.domain.passwords import MOST as LONGEST_PASSWORD
from charity.web.account.forms.sign_up import LOGIN_KEYS, LONGEST_LOGIN
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l


class SignInForm(BaseForm):
    """A log-in and its password; next is where the reader wanted to go."""

    login = StringField(
        _l("E-mail address or phone number"),
        validators=[DataRequired(), Length(max=LONGEST_LOGIN)],
        render_kw=LOGIN_KEYS,
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField(validators=[Length(max=2000)])
