"""What the ranking of the wall takes from a public wish: nothing that its own card does not tell.

The need comes from the kind of thing and the reason that stand on the card; the place is the one the card names: a
family of a county too small to be named is found, ranked and told by its city alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from charity.domain.catalogue import Category, Necessity
from charity.domain.kinds import Kind
from charity.domain.matching import COUNTY_DIGITS, PARTS, Asks
from charity.domain.regions import Level, at_level
from charity.domain.wishes import BeneficiaryKind

_NEEDS = {Necessity.BASIC: 3, Necessity.LIVELIHOOD: 2, Necessity.LEARNING: 2, Necessity.GROWING: 1}
USUAL_TERM = timedelta(days=90)  # of a wish on whose row no clock runs
OTHER = "other-goods"
_MOST_URGENT = frozenset({"lost-in-disaster"})
# Without a script nobody tells what was on screen: each place of a list counts 0.9 of the one before.
_KEPT, _OF = 9, 10


def need_level(things: Mapping[str, Category], category: str, reason: str) -> int:
    """Give how much a thing is needed, 1 to 3: daily life before learning and earning, both before growing.

    The class is the one that the catalogue gives it now; what the catalogue does not know counts as other goods.
    """
    return 3 if reason in _MOST_URGENT else _NEEDS[things.get(category, things[OTHER]).necessity]


def asks_of(kind: str, beneficiary_kind: str) -> Asks:
    """Give what a wish asks of its giver: a service to a child needs a record of vetting."""
    is_for_child = beneficiary_kind == BeneficiaryKind.CHILD.value
    return Asks.VETTED if kind == Kind.SERVICE.value and is_for_child else Asks.NOTHING


def ranked_place(county: str, *, is_named: bool) -> str:
    """Give the six digits under which a wish is ranked: its county, or its city where the county is not named."""
    return county if is_named else at_level(county, Level.CITY).ljust(COUNTY_DIGITS, "0")


def unwatched(place: int) -> int:
    """Give the thousandths of an impression that a served card counts where no script can tell, by its place."""
    return PARTS * _KEPT**place // _OF**place


def hour_of(moment: datetime) -> int:
    """Give the hour in which a reader counts once for a wish, however many lists he fetches."""
    return int(moment.timestamp()) // 3600


def short(digest: bytes) -> int:
    """Give the first eight bytes of a digest as a number: the fewest by which two readers are not taken for one."""
    return int.from_bytes(digest[:8], "big", signed=True)


def stated_place(ref: str) -> str:
    """Name the place to which what was stated is bound, when a list was ranked by it."""
    return f"served_lists.stated:{ref}"
