"""The form of a wish for money: shares, and the organisation that receives them."""

from collections.abc import Sequence

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.domain import catalogue, wish_texts
from charity.domain.kinds import Kind
from charity.domain.wishes import MOST_UNITS, SHARES_FEN, BeneficiaryKind
from charity.web.kit.formats import yuan
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.register import as_choices
from charity.web.kit.wish_words import CATEGORIES, REASONS
from charity.web.volunteer.forms.wishes import NOT_SAID


class MoneyForm(BaseForm):
    """What the money is for, in shares anybody can give."""

    category = SelectField(_l("What the money is for"), validators=[InputRequired()])
    title = StringField(
        _l("Title"),
        description=_l("What it pays for, like “Boarding costs of one term”. No names, places or numbers to call."),
        validators=[InputRequired(), Length(max=wish_texts.LONGEST_TITLE)],
    )
    details = TextAreaField(
        _l("What a giver must know"), validators=[Optional(), Length(max=wish_texts.LONGEST_DETAILS)]
    )
    reason_code = SelectField(_l("Reason"), validators=[InputRequired()])
    share = RadioField(_l("One share"), default="20", validators=[InputRequired()])
    wanted = IntegerField(_l("How many shares"), validators=[InputRequired(), NumberRange(1, MOST_UNITS)], default=10)
    receiver = SelectField(_l("Which organisation receives it"), validators=[InputRequired()])

    def offer(self, kind: BeneficiaryKind, receivers: Sequence[tuple[str, str]]) -> "MoneyForm":
        """Offer what this beneficiary may ask for, and the organisations that receive money."""
        own = [category.code for category in catalogue.list_categories(Kind.MONEY, kind)]
        self.category.choices = [NOT_SAID, *as_choices({code: CATEGORIES[code] for code in own})]
        reasons = [code for code, who in catalogue.REASONS.items() if kind in who]
        self.reason_code.choices = [NOT_SAID, *as_choices({code: REASONS[code] for code in reasons})]
        self.share.choices = [(str(fen // 100), yuan(fen)) for fen in SHARES_FEN]
        self.receiver.choices = [NOT_SAID, *receivers]
        return self
