"""Forms of a wish: writing the need down, and taking it back."""

from collections.abc import Sequence

from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.domain import catalogue, reviews, wish_texts
from charity.domain.catalogue import Category
from charity.domain.kinds import UnitOf
from charity.domain.wishes import MOST_UNITS, BeneficiaryKind
from charity.web.kit.forms import BaseForm, CheckboxesField
from charity.web.kit.item_names import item_choices
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.photo_field import PhotoField
from charity.web.kit.register import as_choices
from charity.web.kit.wish_words import CHILD_SEXES, INTERESTS, REASONS, REVIEW_REASONS, UNITS, Words

NOT_SAID = ("", _l("Please choose"))
NONE = ("", _l("Not said"))


class WishForm(BaseForm):
    """A need of goods, as the volunteer writes it down."""

    category = SelectField(_l("What kind of thing"), validators=[InputRequired()])
    title = StringField(
        _l("Title"),
        description=_l("The thing and how many, like “Padded jacket, 1”. No names, places or numbers to call."),
        validators=[InputRequired(), Length(max=wish_texts.LONGEST_TITLE)],
    )
    details = TextAreaField(
        _l("What a giver must know to choose well"),
        description=_l("Colour, what it must be able to do. A size has its own field and stands nowhere else."),
        validators=[Optional(), Length(max=wish_texts.LONGEST_DETAILS)],
    )
    reason_code = SelectField(_l("Reason"), validators=[InputRequired()])
    wanted = IntegerField(_l("How many"), validators=[InputRequired(), NumberRange(1, MOST_UNITS)], default=1)
    unit_label = SelectField(_l("Counted in"), validators=[InputRequired()], default="piece")
    unit_fen = StringField(
        _l("Price of one, in yuan"),
        description=_l("What it costs new and without a brand in the county town."),
        validators=[InputRequired(), Length(max=12)],
    )
    size = SelectField(
        _l("Size (clothes by body height, shoes by number)"), validators=[Optional()], validate_choice=False
    )
    shown_sex = SelectField(_l("Boy or girl, if that may be said"), validators=[Optional()])
    interest = SelectField(_l("Interest, if that may be said"), validators=[Optional()])
    point_ref = SelectField(_l("Service point for the parcel"), validators=[Optional()])
    season_on = DateField(_l("Needed until"), validators=[Optional()])
    photo = PhotoField(
        _l("Picture of the thing"),
        description=_l("The thing that is worn out or missing, never a person. At most 12 MB."),
    )

    def offer(self, kind: BeneficiaryKind, things: Sequence[Category], points: Sequence[tuple[str, str]]) -> None:
        """Offer what this beneficiary may ask for now, and the points its parcels may go to."""
        self.category.choices = [NOT_SAID, *item_choices(category.code for category in things)]
        self.reason_code.choices = _options(REASONS, [code for code, who in catalogue.REASONS.items() if kind in who])
        pieces = [code for code, unit in catalogue.UNIT_LABELS.items() if unit is UnitOf.PIECE]
        self.unit_label.choices = as_choices({code: UNITS[code] for code in pieces})
        self.size.choices = [
            NONE,
            *((size, f"{size} cm") for size in catalogue.CLOTHES_SIZES),
            *((size, size) for size in catalogue.SHOE_SIZES),
        ]
        self.shown_sex.choices = [NONE, *(as_choices(CHILD_SEXES) if kind is BeneficiaryKind.CHILD else ())]
        self.interest.choices = [NONE, *as_choices({code: INTERESTS[code] for code in catalogue.INTERESTS})]
        self.point_ref.choices = [NOT_SAID, *points]


def _options(words: Words, codes: Sequence[str]) -> list[tuple[str, str]]:
    return [NOT_SAID, *as_choices({code: words[code] for code in codes})]


TAKEN_DOWN = as_choices({code: REVIEW_REASONS[code] for code in reviews.WITHDRAW_REASONS})


class WithdrawForm(BaseForm):
    """Why a wish is taken down."""

    reasons = CheckboxesField(_l("Why"), choices=TAKEN_DOWN)
    note = TextAreaField(_l("In a few words"), validators=[Optional(), Length(max=reviews.LONGEST_NOTE)])


class RenewForm(BaseForm):
    """Wishes whose need still stands."""

    refs = CheckboxesField(_l("Wishes"), validate_choice=False)


class SiteForm(BaseForm):
    """A school or village as beneficiary."""

    kind = SelectField(_l("What it is"), choices=[("school", _l("A school")), ("village", _l("A village"))])
    name = StringField(_l("Name of the school or village"), validators=[InputRequired(), Length(max=60)])
    head = StringField(_l("Head or teacher who signs"), validators=[Optional(), Length(max=40)])
    phone = StringField(_l("Listed phone number for call-backs"), validators=[Optional(), Length(max=20)])
    pupils = IntegerField(_l("Pupils"), validators=[Optional(), NumberRange(0, 20_000)], default=0)
    villages_served = IntegerField(_l("Villages it serves"), validators=[Optional(), NumberRange(0, 1_000)], default=0)
