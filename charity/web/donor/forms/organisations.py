"""Forms of organisations: applying, its bank account, and joining one by its code."""

from collections.abc import Sequence

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from charity.domain.organisations import LONGEST_BANK, LONGEST_NAME, BankAccount
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.organisation_words import ORGANISATION_KINDS
from charity.web.kit.pledge_words import choices

LONGEST_CODE = 20


class BankForm(BaseForm):
    """Where donors transfer money to; the organisation's own account, never a person's."""

    bank_holder = StringField(
        _l("Account holder"),
        description=_l("Word for word the organisation's registered name."),
        validators=[InputRequired(), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
    )
    bank_name = StringField(
        _l("Bank and branch"), validators=[InputRequired(), Length(max=LONGEST_BANK)], render_kw={"autocomplete": "off"}
    )
    bank_number = StringField(
        _l("Account number"),
        validators=[InputRequired(), Length(max=40)],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )

    def bank(self) -> BankAccount:
        """Give what was typed."""
        return BankAccount(
            holder=self.bank_holder.data or "", bank=self.bank_name.data or "", number=self.bank_number.data or ""
        )


class ApplyForm(BaseForm):
    """What an organisation says about itself."""

    name = StringField(
        _l("Registered name"), validators=[InputRequired(), Length(max=LONGEST_NAME)], render_kw={"autocomplete": "off"}
    )
    number = StringField(
        _l("Unified social credit code"),
        description=_l("18 signs, as on the certificate. It is public."),
        validators=[InputRequired(), Length(max=24)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    kind = RadioField(
        _l("What it is"), choices=choices(ORGANISATION_KINDS), default="enterprise", validators=[InputRequired()]
    )
    region = SelectField(_l("Which office shall look at it"))
    contact = StringField(
        _l("Who answers for it"), validators=[InputRequired(), Length(max=40)], render_kw={"autocomplete": "off"}
    )
    phone = StringField(_l("Phone"), validators=[InputRequired(), Length(max=30)], render_kw={"autocomplete": "off"})
    email = StringField(
        _l("E-mail address of the organisation"),
        description=_l("The organisation's own account here goes by it; not a person's address."),
        validators=[InputRequired(), Length(max=254)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    bank_holder = StringField(
        _l("Account holder"),
        description=_l("Only for foundations and charities that are to receive money for families."),
        validators=[Optional(), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
    )
    bank_name = StringField(
        _l("Bank and branch"), validators=[Optional(), Length(max=LONGEST_BANK)], render_kw={"autocomplete": "off"}
    )
    bank_number = StringField(
        _l("Account number"),
        validators=[Optional(), Length(max=40)],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )

    def offer(self, offices: Sequence[tuple[str, str]]) -> "ApplyForm":
        """Offer the offices where somebody sits."""
        self.region.choices = list(offices)
        return self

    def bank(self) -> BankAccount:
        """Give the account that was typed, if any."""
        return BankAccount(
            holder=self.bank_holder.data or "", bank=self.bank_name.data or "", number=self.bank_number.data or ""
        )


class JoinForm(BaseForm):
    """The code of an organisation, and whether one lets oneself be counted."""

    code = StringField(
        _l("The code of the organisation"),
        description=_l("Ten letters and numbers, from somebody who speaks for it."),
        validators=[DataRequired(), Length(max=LONGEST_CODE)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    is_counted = BooleanField(_l("My gifts may count on its public page, in a sum of at least five people, unnamed."))
