"""Produce: what a village sells in a batch for named families, when it is harvested, and what each family earns."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from charity.domain.calendar import DAY
from charity.domain.durations import started_on
from charity.domain.errors import Conflict, Invalid, NotPermitted
from charity.domain.kinds import UnitOf


class Shipping(StrEnum):
    """Who pays for the way to the buyer."""

    SELLER = "seller"
    BUYER = "buyer"


PRODUCTS = (
    "rice", "maize", "potatoes", "vegetables", "mushrooms", "beans", "apples", "pears", "oranges", "other-fruit",
    "walnuts", "chestnuts", "tea", "honey", "eggs", "herbs-spices", "handicraft",
)  # fmt: skip
CATEGORY = "farm-produce"
UNITS = ("kilogram", "piece", "box", "bag")
MOST_PARTS = 60
MOST_QUANTITY = 5_000
LONGEST_WINDOW = timedelta(days=366)
MOST_INCOME_FEN = 10_000_000_00
FEWEST_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one family brings into a batch."""

    household: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a volunteer lists for families of the village."""

    product: str
    unit_label: str
    first_on: date
    last_on: date
    shipping: Shipping
    parts: tuple[Part, ...]


def may_list(batch: Batch, *, today: date) -> None:
    """Refuse a batch of something unknown, for nobody or for one family twice, or whose harvest cannot be."""
    if batch.product not in PRODUCTS:
        raise Invalid("product-unknown", field="product")
    if batch.unit_label not in UNITS:
        raise Invalid("unit-unknown", field="unit_label")
    if not batch.parts:
        raise Invalid("batch-empty", field="parts")
    if len(batch.parts) > MOST_PARTS:
        raise Invalid("batch-too-large", field="parts", params={"most": MOST_PARTS})
    if len({part.household for part in batch.parts}) != len(batch.parts):
        raise Invalid("household-twice", field="parts")
    if any(not 1 <= part.quantity <= MOST_QUANTITY for part in batch.parts):
        raise Invalid("units-out-of-range", field="parts", params={"least": 1, "most": MOST_QUANTITY})
    if batch.last_on < batch.first_on or batch.last_on - batch.first_on > LONGEST_WINDOW:
        raise Invalid("period-shape", field="last_on")
    if batch.last_on < today:
        raise Invalid("season-over", field="last_on")


def unit_kind(label: str) -> UnitOf:
    """Tell what a batch's unit counts as."""
    return UnitOf.KILOGRAM if label == "kilogram" else UnitOf.PIECE


def may_reserve(last_on: date, *, today: date) -> None:
    """Refuse to reserve what can no longer be shipped: the harvest is over."""
    if today > last_on:
        raise Conflict("harvest-over")


def ship_by(last_on: date) -> datetime:
    """Tell by when the seller's side must have shipped: when the last day of the harvest is over."""
    return started_on(last_on)


def next_ship_reminder(now: datetime, due: datetime, *, is_first: bool = False) -> datetime | None:
    """Give the next reminder of a clock that is anchored at the harvest's end: once at half time, then a day before."""
    last, half = due - DAY, now + (due - now) / 2
    if is_first and half < last:
        return half
    return last if last > now else None


def may_sell(*, is_lister: bool, lister_is_gone: bool) -> None:
    """Let whoever listed the batch ship it, and another volunteer of the village only once he is gone."""
    if not (is_lister or lister_is_gone):
        raise NotPermitted("not-your-batch")


def may_earn(income_fen: int | None, *, paid_fen: int) -> int:
    """Refuse a purchase confirmed without what the family earned by it, and more than the buyer paid."""
    if income_fen is None or not 0 <= income_fen <= MOST_INCOME_FEN:
        raise Invalid("income-missing", field="income")
    if income_fen > paid_fen:
        raise Invalid("income-above-price", field="income")
    return income_fen


def told_sum(households: int, total: int) -> int | None:
    """Give a total for everybody to read; none where so few families share it that it would tell what one earned."""
    return total if households >= FEWEST_TOLD else None
