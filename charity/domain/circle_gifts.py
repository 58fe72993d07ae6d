"""The monthly gift of a circle: held against the rules of a wish; one that needs a second reviewer is none."""

from datetime import date

from charity.domain import catalogue, wish_texts, wishes
from charity.domain.catalogue import Category
from charity.domain.circles import EVERY_MONTH, EVERY_QUARTER, Promise, PromiseKind, gift_kind, lasts_until, unit_price
from charity.domain.errors import Invalid
from charity.domain.items import may_be_asked
from charity.domain.kinds import Kind
from charity.domain.points import PointKind
from charity.domain.produce import CATEGORY, PRODUCTS, UNITS, Shipping
from charity.domain.service import (
    SUBJECTS,
    Mode,
    Terms,
    category_of,
    may_meet_children,
    serves_children,
)
from charity.domain.wishes import BeneficiaryKind

MOST_HOURS_A_MONTH = 20
MOST_UNITS_A_TIME = 500
TO_EARN = "wants-to-earn"
HOUR = "hour"


def category_code(promise: Promise) -> str:
    """Name the catalogue's category of a promise: chosen for goods, told by the kind for hours and produce."""
    if promise.kind is PromiseKind.SERVICE:
        whose = BeneficiaryKind.CHILD if teaches(promise.subject) else BeneficiaryKind.HOUSEHOLD
        return category_of(whose)
    return CATEGORY if promise.kind is PromiseKind.PRODUCE else promise.category


def reason_code(promise: Promise) -> str:
    """Name the reason of a promise: produce is always bought so that the family earns."""
    return TO_EARN if promise.kind is PromiseKind.PRODUCE else promise.reason_code


def unit_label(promise: Promise) -> str:
    """Name what the units of a promise are counted in."""
    return HOUR if promise.kind is PromiseKind.SERVICE else promise.unit_label


def teaches(subject: str) -> bool:
    """Say whether a circle's hours are with children of any family: all that is taught at schools."""
    return serves_children(subject, BeneficiaryKind.HOUSEHOLD)


def may_promise(promise: Promise, category: Category, *, seats: int, today: date) -> None:
    """Refuse a template that is no ordinary gift for a household, within its price band and without a brand."""
    kind = gift_kind(promise.kind)
    if kind is None:
        return
    _may_count(promise, kind)
    may_be_asked(category)
    catalogue.may_ask(
        category,
        kind=kind,
        beneficiary=BeneficiaryKind.HOUSEHOLD,
        unit_label=unit_label(promise),
        size="",
        reason=reason_code(promise),
        interest="",
        sex="",
    )
    price = unit_price(promise.kind, promise.monthly_fen, promise.units)
    need = wishes.Need(
        kind=kind,
        unit=catalogue.unit_of(unit_label(promise)),
        wanted=seats * promise.units,
        unit_fen=price,
        beneficiary=BeneficiaryKind.HOUSEHOLD,
        season_ends=None,
    )
    wishes.may_submit(need, today=today)
    wish_texts.may_write(promise.title, promise.details)
    words = f"{promise.title} {promise.details}"
    top = catalogue.band_top(category)
    is_dear = top is not None and price > top
    if is_dear or catalogue.is_odd_thing(category, words) or catalogue.names_brand(words):
        raise Invalid("template-not-ordinary", field="category")


def _may_count(promise: Promise, kind: Kind) -> None:
    """Refuse hours or produce of an unknown sort, too many of them, or at odd times."""
    if kind is Kind.GOODS:
        return
    most = MOST_HOURS_A_MONTH if kind is Kind.SERVICE else MOST_UNITS_A_TIME
    if not 1 <= promise.units <= most:
        raise Invalid("number-out-of-range", field="units", params={"least": 1, "most": most})
    if kind is Kind.SERVICE:
        if promise.subject not in SUBJECTS:
            raise Invalid("subject-unknown", field="subject")
        if promise.mode not in list(Mode):
            raise Invalid("mode-unknown", field="mode")
        return
    if promise.every not in (EVERY_MONTH, EVERY_QUARTER):
        raise Invalid("number-out-of-range", field="every", params={"least": EVERY_MONTH, "most": EVERY_QUARTER})
    if promise.product not in PRODUCTS:
        raise Invalid("product-unknown", field="product")
    if promise.unit_label not in UNITS:
        raise Invalid("unit-unknown", field="unit_label")
    if promise.shipping not in list(Shipping):
        raise Invalid("shipping-unknown", field="shipping")


def meets_children(promise: Promise, *, has_adult: bool) -> bool:
    """Say whether what a circle promises a family is hours with its children: taught, or no adult lives there."""
    if promise.kind is not PromiseKind.SERVICE:
        return False
    return serves_children(promise.subject, BeneficiaryKind.HOUSEHOLD, has_adult=has_adult)


def may_meet(promise: Promise, point: PointKind, *, today: date) -> None:
    """Refuse hours with the family's children without a second adult, or by a call that no school sits in."""
    terms = Terms(
        subject=promise.subject,
        mode=Mode(promise.mode),
        first_on=today,
        last_on=lasts_until(today),
        second_adult=promise.second_adult,
    )
    may_meet_children(terms, point)
