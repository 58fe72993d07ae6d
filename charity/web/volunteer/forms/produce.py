"""Forms of the seller's side: listing a batch, correcting a part, shipping a purchase."""

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.domain import wish_texts
from charity.domain.produce import MOST_QUANTITY, PRODUCTS, UNITS
from charity.web.kit.forms import BaseForm
from charity.web.kit.kind_words import PRODUCTS as PRODUCT_WORDS
from charity.web.kit.kind_words import SHIPPING
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import COURIER_NAMES, choices
from charity.web.kit.register import as_choices
from charity.web.kit.wish_words import UNITS as UNIT_WORDS

PLEASE = ("", _l("Please choose"))
TITLE = _l("What it is and of which harvest, like “Walnuts of this autumn”. No names, places or numbers to call.")


class BatchForm(BaseForm):
    """What is sold, at which price, and when it is harvested; each family's quantity has a field of its own."""

    product = SelectField(
        _l("Product"),
        choices=[PLEASE, *as_choices({code: PRODUCT_WORDS[code] for code in PRODUCTS})],
        validators=[InputRequired()],
    )
    title = StringField(
        _l("Title"), description=TITLE, validators=[InputRequired(), Length(max=wish_texts.LONGEST_TITLE)]
    )
    details = TextAreaField(
        _l("What a buyer must know"),
        description=_l("Sort, how it is packed, how long it keeps. Nothing that tells who or where it is."),
        validators=[Optional(), Length(max=wish_texts.LONGEST_DETAILS)],
    )
    unit_label = SelectField(
        _l("Counted in"), choices=as_choices({code: UNIT_WORDS[code] for code in UNITS}), default="kilogram"
    )
    unit_fen = StringField(
        _l("Price of one, in yuan"),
        description=_l("What it fetches at the market; the family gets it."),
        validators=[InputRequired(), Length(max=12)],
    )
    first_on = DateField(_l("Harvest from"), validators=[InputRequired()])
    last_on = DateField(
        _l("Harvest until"),
        description=_l("What is reserved must be shipped by then; later it is released and listed as overdue."),
        validators=[InputRequired()],
    )
    shipping = RadioField(_l("Shipping"), choices=as_choices(SHIPPING), default="seller", validators=[InputRequired()])
    parts = StringField(_l("Quantity of each family"), validators=[Optional()])


class PartForm(BaseForm):
    """One family's part, corrected."""

    title = StringField(
        _l("Title"), description=TITLE, validators=[InputRequired(), Length(max=wish_texts.LONGEST_TITLE)]
    )
    details = TextAreaField(
        _l("What a buyer must know"), validators=[Optional(), Length(max=wish_texts.LONGEST_DETAILS)]
    )
    quantity = IntegerField(_l("Quantity"), validators=[InputRequired(), NumberRange(1, MOST_QUANTITY)])


class ShipForm(BaseForm):
    """The parcel's number, and what the family gets."""

    courier = SelectField(_l("Courier"), choices=choices(COURIER_NAMES, please=True), validators=[InputRequired()])
    tracking = StringField(
        _l("Tracking number"),
        validators=[InputRequired(), Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    income = StringField(
        _l("What the family gets, in yuan"),
        description=_l("The family confirms this sum by its code; otherwise the township asks."),
        validators=[InputRequired(), Length(max=12)],
    )
