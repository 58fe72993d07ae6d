"""Forms of signing up and proving an address."""

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from charity.domain.nicknames import MOST as LONGEST_NICKNAME
from charity.domain.passwords import MOST as LONGEST_PASSWORD
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l

LONGEST_LOGIN = 254
LOGIN_KEYS = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
CODE_KEYS = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class SignUpForm(BaseForm):
    """What a new person tells; website is a trap that people do not see."""

    login = StringField(
        _l("E-mail address or phone number"),
        validators=[DataRequired(), Length(max=LONGEST_LOGIN)],
        render_kw=LOGIN_KEYS,
    )
    nickname = StringField(
        _l("Nickname"),
        validators=[DataRequired(), Length(max=LONGEST_NICKNAME)],
        description=_l("Shown with your gifts if you choose so. Please not your real name."),
        render_kw={"autocomplete": "nickname"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(), Length(max=LONGEST_PASSWORD)],
        description=_l("At least 10 characters. Several words are good."),
        render_kw={"autocomplete": "new-password"},
    )
    accepted = BooleanField(
        _l("I have read the terms of use and the privacy policy and agree to them."), validators=[DataRequired()]
    )
    is_adult = BooleanField(_l("I am 18 or older."), validators=[DataRequired()])
    website = StringField(_l("Leave this empty"), render_kw={"autocomplete": "off", "tabindex": "-1"})


class CodeForm(BaseForm):
    """The six digits that were sent."""

    code = StringField(
        _l("The six digits we sent you"), validators=[DataRequired(), Length(max=12)], render_kw=CODE_KEYS
    )
