"""The form of what circles promise: for one family, and for all families of a list."""

from collections.abc import Iterable
from dataclasses import replace

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.domain import catalogue, money, wish_texts
from charity.domain.catalogue import Category
from charity.domain.circle_gifts import MOST_HOURS_A_MONTH, MOST_UNITS_A_TIME, teaches
from charity.domain.circles import (
    EVERY_MONTH,
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
from charity.domain.produce import PRODUCTS
from charity.domain.wishes import BeneficiaryKind
from charity.web.kit.circle_words import PROMISES
from charity.web.kit.forms import BaseForm
from charity.web.kit.item_names import item_choices
from charity.web.kit.kind_words import MODES, SHIPPING, SUBJECTS
from charity.web.kit.kind_words import PRODUCTS as PRODUCT_WORDS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices
from charity.web.kit.register import as_choices
from charity.web.kit.wish_words import REASONS, UNITS

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
        _l("What is promised, in a few words"),
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
        _l("Price in yuan"),
        description=_l(
            "Of one month's gift, new and without a brand in the county town; of produce the market price of one unit."
        ),
        validators=[Optional(), Length(max=12)],
    )
    subject = SelectField(_l("Subject or skill"), validators=[Optional()])
    hours = IntegerField(_l("Hours a month"), default=2, validators=[Optional(), NumberRange(1, MOST_HOURS_A_MONTH)])
    mode = RadioField(_l("On site or remotely"), choices=as_choices(MODES), default="on-site", validators=[Optional()])
    product = SelectField(_l("Product"), validators=[Optional()])
    quantity = IntegerField(
        _l("How much each time"),
        description=_l("Kilograms, pieces, boxes or bags for one donor; the family must have so much for all of them."),
        default=5,
        validators=[Optional(), NumberRange(1, MOST_UNITS_A_TIME)],
    )
    every = RadioField(
        _l("How often"),
        choices=[("1", _l("every month")), ("3", _l("every three months"))],
        default="1",
        validators=[Optional()],
    )
    shipping = RadioField(_l("Shipping"), choices=as_choices(SHIPPING), default="seller", validators=[Optional()])

    def offer_gifts(self, things: Iterable[Category], *, with_children: bool) -> None:
        """Offer what a household may ask for, as the catalogue is kept now; lessons for its children only if told."""
        whose = BeneficiaryKind.HOUSEHOLD
        own = [thing.code for thing in things]
        self.category.choices = [NOT_SAID, *item_choices(own)]
        reasons = [code for code, who in catalogue.REASONS.items() if whose in who]
        self.reason_code.choices = [NOT_SAID, *as_choices({code: REASONS[code] for code in reasons})]
        pieces = (UnitOf.PIECE, UnitOf.KILOGRAM)
        units = [code for code, unit in catalogue.UNIT_LABELS.items() if unit in pieces]
        self.unit_label.choices = as_choices({code: UNITS[code] for code in units})
        taught = {code: words for code, words in SUBJECTS.items() if with_children or not teaches(code)}
        self.subject.choices = [NOT_SAID, *as_choices(taught)]
        self.product.choices = [NOT_SAID, *as_choices({code: PRODUCT_WORDS[code] for code in PRODUCTS})]

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
        kind = PromiseKind(self.promise.data or PromiseKind.GOODS)
        if kind is PromiseKind.LETTER:
            return Promise(kind=kind)
        said = Promise(
            kind=kind,
            title=self.title.data or "",
            details=self.details.data or "",
            reason_code=self.reason_code.data or "",
            unit_label=self.unit_label.data or "piece",
        )
        if kind is PromiseKind.SERVICE:
            hours = self.hours.data or 0
            return replace(said, units=hours, subject=self.subject.data or "", mode=self.mode.data or "")
        price = money.parse_yuan(self.monthly_fen.data or "", field="monthly_fen")
        if kind is PromiseKind.GOODS:
            return replace(said, monthly_fen=price, category=self.category.data or "")
        units = self.quantity.data or 0
        return replace(
            said,
            monthly_fen=price * units,
            units=units,
            every=int(self.every.data or EVERY_MONTH),
            product=self.product.data or "",
            shipping=self.shipping.data or "",
        )
