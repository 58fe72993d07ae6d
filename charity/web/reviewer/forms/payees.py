"""Forms of the township about a family's account."""

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from charity.domain.payees import LONGEST_BANK, LONGEST_NAME, LONGEST_NOTE, LONGEST_REASON, PayeeAccount
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices
from charity.web.kit.register import PAYEE_SPEAKS, PAYEE_WAYS

OFF = {"autocomplete": "off", "spellcheck": "false"}


class PayeeForm(BaseForm):
    """Where the money goes, that the family agreed, and why another account stands now."""

    way = RadioField(_l("How the family gets it"), choices=choices(PAYEE_WAYS), validators=[InputRequired()])
    holder = StringField(
        _l("Holder of the account"),
        description=_l("As the bank writes it: somebody of the family, or the village for its agreed way."),
        validators=[InputRequired(), Length(max=LONGEST_NAME)],
        render_kw=OFF,
    )
    bank = StringField(_l("Bank and branch"), validators=[InputRequired(), Length(max=LONGEST_BANK)], render_kw=OFF)
    number = StringField(
        _l("Account or card number"),
        description=_l("Kept sealed: after this page nobody of the township sees it again but its last four digits."),
        validators=[InputRequired(), Length(max=40)],
        render_kw=OFF | {"inputmode": "numeric"},
    )
    note = StringField(
        _l("How the village passes it on"),
        description=_l("Only for a family without an account: by whom and against which signature."),
        validators=[Optional(), Length(max=LONGEST_NOTE)],
    )
    reason = TextAreaField(
        _l("Why the account changes"),
        description=_l("Needed when another account stood here before."),
        validators=[Optional(), Length(max=LONGEST_REASON)],
    )
    speaks = RadioField(
        _l("Who speaks for the family"),
        description=_l("A child from 8 on is asked, too: without its yes the account is not written down."),
        choices=choices(PAYEE_SPEAKS),
        default="self",
        validators=[InputRequired()],
    )
    agreed = BooleanField(
        _l("The head of the family agreed that the organisation which pays sees this account; the paper is signed."),
        validators=[DataRequired()],
    )

    def account(self) -> PayeeAccount:
        """Give what was written down."""
        return PayeeAccount(
            way=str(self.way.data or ""),
            holder=self.holder.data or "",
            bank=self.bank.data or "",
            number=self.number.data or "",
            note=self.note.data or "",
        )


class SecondForm(BaseForm):
    """The number once more, from the paper."""

    number = StringField(
        _l("Account or card number, from the paper"),
        description=_l("Ask the family or read it off the signed paper, not from whoever wrote it down first."),
        validators=[InputRequired(), Length(max=40)],
        render_kw=OFF | {"inputmode": "numeric"},
    )
