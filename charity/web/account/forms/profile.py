"""Forms for changing one's own account."""

from wtforms import BooleanField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from charity.adapters.locale import languages, own_name
from charity.domain.nicknames import LONGEST_PUBLIC_NAME
from charity.domain.nicknames import MOST as LONGEST_NICKNAME
from charity.domain.passwords import MOST as LONGEST_PASSWORD
from charity.web.account.forms.sign_up import LONGEST_LOGIN
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l


class NamesForm(BaseForm):
    """The two names that may be shown with gifts."""

    nickname = StringField(
        _l("Nickname"),
        validators=[DataRequired(), Length(max=LONGEST_NICKNAME)],
        render_kw={"autocomplete": "nickname"},
    )
    public_name = StringField(
        _l("Name for gifts given by name"),
        validators=[Optional(), Length(max=LONGEST_PUBLIC_NAME)],
        description=_l("Only shown on gifts for which you choose it."),
        render_kw={"autocomplete": "name"},
    )


class ObjectionForm(BaseForm):
    """Why somebody wants to be called as before."""

    words = TextAreaField(
        _l("Why the name should be shown"),
        validators=[DataRequired(), Length(max=2000)],
        description=_l("Only the auditors who decide read this."),
    )


class LanguageForm(BaseForm):
    """The language of pages and notices."""

    language = SelectField(_l("Language of pages and notices"), choices=lambda: [(t, own_name(t)) for t in languages()])


class NoticesForm(BaseForm):
    """The ways of notices besides the inbox."""

    by_mail = BooleanField(_l("Also by e-mail"))
    by_sms = BooleanField(_l("Also by SMS"))


class PasswordForm(BaseForm):
    """The old and the new password."""

    old = PasswordField(
        _l("Present password"),
        validators=[DataRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        validators=[DataRequired(), Length(max=LONGEST_PASSWORD)],
        description=_l("At least 10 characters. Several words are good."),
        render_kw={"autocomplete": "new-password"},
    )


class AddressForm(BaseForm):
    """One's own or future address, with the password."""

    login = StringField(
        _l("E-mail address or phone number"),
        validators=[DataRequired(), Length(max=LONGEST_LOGIN)],
        render_kw={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Present password"),
        validators=[DataRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class CloseForm(BaseForm):
    """The password, once more, before the account is closed."""

    password = PasswordField(
        _l("Present password"),
        validators=[DataRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class TokenForm(BaseForm):
    """What a token is for."""

    name = StringField(
        _l("What the token is for"),
        validators=[DataRequired(), Length(max=40)],
        description=_l("For example the name of the program that will use it."),
    )
