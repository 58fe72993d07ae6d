"""The order of the wall: who has waited longest and lacks most comes first, in one honest number.

A wish's place is the second of its publication, plus fourteen days times the share of its units that are already taken.
Smaller comes first. So a wish that nobody has touched stands before one of the same day that is half claimed, and every
wish gets to the front by waiting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charity.domain.calendar import DAY
from charity.domain.errors import Invalid

TAKEN_WEIGHT = 14 * 24 * 60 * 60


class Order(StrEnum):
    """How a wall is sorted."""

    RANKED = "ranked"  # by what was stated and what each wish is owed; see domain/matching.py
    STATED = "stated"  # in its place while it is prepared: what was stated first, then the fair order
    FAIR = "fair"
    LONGEST = "longest"
    NEWEST = "newest"


def wall_at(published_at: datetime, *, taken: int, wanted: int) -> int:
    """Give a wish's place on the wall, in seconds; taken is committed + reserved."""
    return int(published_at.timestamp()) + shift(taken=taken, wanted=wanted)


def shift(*, taken: int, wanted: int) -> int:
    """Give the seconds that taken units move a wish back (whole ones, so that tables add and take away exactly)."""
    return TAKEN_WEIGHT * taken // wanted


@dataclass(frozen=True, slots=True)
class Because:
    """Why a card stands where it stands: days waited, units still missing of so many."""

    days: int
    missing: int
    wanted: int


def because(published_at: datetime, now: datetime, *, units_left: int, wanted: int) -> Because:
    """Say why a wish stands where it stands."""
    return Because(days=waiting_days(published_at, now), missing=max(units_left, 0), wanted=wanted)


def waiting_days(published_at: datetime, now: datetime) -> int:
    """Give the whole days a wish has been public."""
    return max(0, (now - published_at) // DAY)


NEARLY_LEFT, NEARLY_OF = 1, 4


def is_nearly_complete(*, units_left: int, wanted: int) -> bool:
    """Say whether some, but at most a quarter, of the units are missing."""
    return 0 < units_left < wanted and units_left * NEARLY_OF <= wanted * NEARLY_LEFT


MOST_CARDS = 100
CARDS = 24
COUNTED_TO = 1000


def page_size(limit: int | None) -> int:
    """Give how many cards a page has; Invalid when nobody could want so many."""
    if limit is None:
        return CARDS
    if not 1 <= limit <= MOST_CARDS:
        raise Invalid("limit-out-of-range", field="limit", params={"most": MOST_CARDS})
    return limit


def band_of(code: str, bands: Mapping[str, tuple[int, int | None]]) -> tuple[int, int | None]:
    """Give the lowest and highest fen of a price band."""
    try:
        return bands[code]
    except KeyError:
        raise Invalid("price-band-unknown", field="price") from None
