"""The form of what circles promise: for one family, and for all families of a list."""

from collections.abc import Iterable

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.domain import catalogue, money, wish_texts
from charity.domain.catalogue import Category
from charity.domain.circles import (
    FEWEST_SEATS,
    LONGEST_TERM,
    MOST_SEATS,
    SHORTEST_TERM,
    USUAL_LEAST,
    USUAL_SEATS,
    USUAL_TERM,
    Promise,
    PromiseKind,
    Terms,
)
from charity.domain.kinds import UnitOf
from charity.domain.wishes import BeneficiaryKind
from charity.web.kit.circle_words import PROMISES
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices
from charity.web.kit.register import as_choices
from charity.web.kit.wish_words import CATEGORIES, REASONS, UNITS

NOT_SAID = ("", _l("Please choose"))


class PromiseForm(BaseForm):
    """How circles are meant to be, and what each seat promises a month."""

    target = IntegerField(
        _l("How many donors"),
        default=USUAL_SEATS,
        validators=[InputRequired(), NumberRange(FEWEST_SEATS, MOST_SEATS)],
    )
    least = IntegerField(
        _l("It begins with how many"), default=USUAL_LEAST, validators=[InputRequired(), NumberRange(1, MOST_SEATS)]
    )
    months = IntegerField(
        _l("For how many months"),
        default=USUAL_TERM,
        validators=[InputRequired(), NumberRange(SHORTEST_TERM, LONGEST_TERM)],
    )
    not_before = DateField(_l("Not before"), validators=[Optional()])
    promise = RadioField(
        _l("What each seat promises"), choices=choices(PROMISES), default="goods", validators=[InputRequired()]
    )
    title = StringField(
        _l("The monthly gift"),
        description=_l("For a letter a month leave this and all below empty. No names, places or numbers to call."),
        validators=[Optional(), Length(max=wish_texts.LONGEST_TITLE)],
    )
    details = TextAreaField(
        _l("What a giver must know to choose well"),
        validators=[Optional(), Length(max=wish_texts.LONGEST_DETAILS)],
    )
    category = SelectField(_l("What kind of thing"), validators=[Optional()])
    reason_code = SelectField(_l("Reason"), validators=[Optional()])
    unit_label = SelectField(_l("Counted in"), validators=[Optional()], default="piece")
    monthly_fen = StringField(
        _l("Price of one month's gift, in yuan"),
        description=_l("What it costs new and without a brand in the county town."),
        validators=[Optional(), Length(max=12)],
    )

    def offer_gifts(self, things: Iterable[Category]) -> None:
        """Offer what a household may ask for, as the catalogue is kept now."""
        whose = BeneficiaryKind.HOUSEHOLD
        own = [thing.code for thing in things]
        self.category.choices = [NOT_SAID, *as_choices({code: CATEGORIES[code] for code in own})]
        reasons = [code for code, who in catalogue.REASONS.items() if whose in who]
        self.reason_code.choices = [NOT_SAID, *as_choices({code: REASONS[code] for code in reasons})]
        pieces = [code for code, unit in catalogue.UNIT_LABELS.items() if unit is UnitOf.PIECE]
        self.unit_label.choices = as_choices({code: UNITS[code] for code in pieces})

    def terms(self) -> Terms:
        """Give the numbers that were filled in."""
        return Terms(
            target=self.target.data or 0,
            least=self.least.data or 0,
            months=self.months.data or 0,
            not_before=self.not_before.data,
        )

    def promised(self) -> Promise:
        """Give the promise that was filled in; a letter needs no template."""
        if self.promise.data == PromiseKind.LETTER.value:
            return Promise(kind=PromiseKind.LETTER)
        return Promise(
            monthly_fen=money.parse_yuan(self.monthly_fen.data or "", field="monthly_fen"),
            title=self.title.data or "",
            details=self.details.data or "",
            category=self.category.data or "",
            reason_code=self.reason_code.data or "",
            unit_label=self.unit_label.data or "piece",
        )
