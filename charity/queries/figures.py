"""The figures anybody may check: what was asked, what arrived, what waits too long. Below five nothing is told.

A county with fewer than five families is counted into its city; a column's small counts take another one along, so that
no total gives them away.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from charity.adapters.clock import now
from charity.adapters.db import reading
from charity.domain.calendar import day_of
from charity.domain.catalogue import Necessity
from charity.domain.kinds import Kind
from charity.domain.matching import PARTS
from charity.domain.privacy import LEAST_SHOWN, public_region, suppress
from charity.domain.regions import DEMO_PROVINCE
from charity.models.catalogue import is_of_class
from charity.models.households import Household
from charity.models.pledges import Pledge, worth
from charity.models.produce import ProduceSale
from charity.models.ranking import WishView
from charity.models.wishes import IsOpen, Wish
from charity.queries.organisations.agreements import Pairings, ask_pairings

KEPT = 60.0
# The class farthest from daily needs, as the catalogue is kept: a rate of matches can be bought with such wishes.
TRIVIAL = Necessity.GROWING
PUBLIC_STATES = ("approved", "stale", "closed")
COUNTY_WIDTH = 6
# How often an open wish was seen, and from how many impressions on.
SEEN = (("never", 0), ("1-2", 1), ("3-9", 3), ("10+", 10))
_kept: dict[bool, tuple[float, "Figures"]] = {}


@dataclass(frozen=True, slots=True)
class CountyRow:
    """A county's (or small counties' city's) counts; None hides a small one, and whatever would give it away."""

    county: str
    open_wishes: int | None
    fulfilled_wishes: int | None
    unhelped_wishes: int | None
    overdue: int


@dataclass(frozen=True, slots=True)
class Way:
    """A way households confirmed, and how many pledges were confirmed by it; None while there are few."""

    code: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """How many open wishes have been seen so often; None hides a small count."""

    code: str  # never, 1-2, 3-9 or 10+
    count: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The public figures at one moment."""

    at: datetime
    wishes_public: int
    wishes_open: int | None
    wishes_fulfilled: int | None
    wishes_unhelped: int | None
    units_wanted: int
    units_fulfilled: int
    pledges_confirmed: int
    confirmed_fen: int
    pledges_under_way: int
    pledges_lapsed: int
    overdue: int
    oldest_unmet_at: datetime | None
    oldest_unseen_at: datetime | None
    trivial_wishes: int
    trivial_share: int | None  # in hundredths of all public wishes for things; None while there is none
    households: int | None
    households_idle: int | None
    pairings: Pairings
    ways: tuple[Way, ...]
    seen: tuple[Seen, ...]
    counties: tuple[CountyRow, ...]


def get_figures(*, with_demo: bool) -> Figures:
    """Give the public figures, at most a minute old; with_demo counts the invented province too."""
    made, figures = _kept.get(with_demo, (float("-inf"), None))
    if figures is None or time.monotonic() - made > KEPT:
        figures = _count(reading(), with_demo=with_demo)
        _kept[with_demo] = (time.monotonic(), figures)
    return figures


def forget_figures() -> None:
    """Forget the kept figures, between tests."""
    _kept.clear()


@dataclass(frozen=True, slots=True)
class _County:
    """One county's sums of wishes."""

    county: str
    public: int
    open: int
    fulfilled: int
    unhelped: int
    wanted: int
    units_fulfilled: int
    things: int
    trivial: int
    oldest_open_at: datetime | None
    oldest_unseen_at: datetime | None
    seen: tuple[int, ...]


def _count(session: Session, *, with_demo: bool) -> Figures:
    wishes = _wishes(session, with_demo=with_demo)
    pledges, overdue = _pledges(session, with_demo=with_demo)
    homes, pairings = _households(session, with_demo=with_demo)
    places = _places(wishes, {county: count for county, (count, _idle) in homes.items()}, overdue)
    oldest = [row.oldest_open_at for row in wishes if row.oldest_open_at is not None]
    unseen = [row.oldest_unseen_at for row in wishes if row.oldest_unseen_at is not None]
    confirmed = [row for row in pledges if row[0] == "confirmed"]
    trivial, things = sum(row.trivial for row in wishes), sum(row.things for row in wishes)
    return Figures(
        at=now(),
        wishes_public=sum(row.public for row in wishes),
        wishes_open=places.open,
        wishes_fulfilled=places.fulfilled,
        wishes_unhelped=places.unhelped,
        units_wanted=sum(row.wanted for row in wishes),
        units_fulfilled=sum(row.units_fulfilled for row in wishes),
        pledges_confirmed=sum(row[2] for row in confirmed),
        confirmed_fen=sum(row[3] for row in confirmed),
        pledges_under_way=sum(row[2] for row in pledges if row[0] in _UNDER_WAY),
        pledges_lapsed=sum(row[2] for row in pledges if row[0] == "lapsed"),
        overdue=sum(overdue.values()),
        oldest_unmet_at=min(oldest, default=None),
        oldest_unseen_at=min(unseen, default=None),
        trivial_wishes=trivial,
        trivial_share=round(100 * trivial / things) if things else None,
        households=_told(sum(count for count, _idle in homes.values())),
        households_idle=_told(sum(idle for _count, idle in homes.values())),
        pairings=pairings,
        ways=tuple(Way(row[1], _told(row[2])) for row in sorted(confirmed, key=lambda row: -row[2]) if row[1]),
        seen=_spread(wishes, is_total_told=places.open is not None),
        counties=places.rows,
    )


SELLER_LATE_COUNTS = timedelta(days=365)
_UNDER_WAY = frozenset({"held", "planned", "sent", "at_point", "handed_over", "disputed"})
_LATE = _UNDER_WAY | {"returned"}  # money that a ruling gave back and that did not go


def _wishes(session: Session, *, with_demo: bool) -> list[_County]:
    is_open = IsOpen()
    is_shown = Wish.state.in_(PUBLIC_STATES) & Wish.hidden_at.is_(None)
    is_done = is_shown & (Wish.fulfilled == Wish.wanted)
    is_unhelped = Wish.unhelped_at.is_not(None)
    is_thing = is_shown & (Wish.kind == Kind.GOODS.value)  # hours, produce and money have no class
    is_trivial = is_thing & is_of_class(Wish.category, TRIVIAL)
    views = func.coalesce(WishView.parts, 0)
    rows = session.execute(
        select(
            Wish.county,
            func.sum(case((is_shown, 1), else_=0)),
            func.sum(case((is_open, 1), else_=0)),
            func.sum(case((is_done, 1), else_=0)),
            func.sum(case((is_unhelped, 1), else_=0)),
            func.sum(case((is_shown, Wish.wanted), else_=0)),
            func.sum(case((is_shown, Wish.fulfilled), else_=0)),
            func.sum(case((is_thing, 1), else_=0)),
            func.sum(case((is_trivial, 1), else_=0)),
            func.min(case((is_open, Wish.published_at))),
            func.min(case((is_open & (views < PARTS), Wish.published_at))),
            *(func.sum(case((is_open & (views >= least * PARTS), 1), else_=0)) for _code, least in SEEN),
        )
        .outerjoin(WishView, WishView.wish_id == Wish.id)
        .where(is_shown | is_unhelped, *_scope(Wish.province, with_demo))
        .group_by(Wish.county)
    )
    return [_county(row) for row in rows]


def _county(row: Any) -> _County:
    return _County(*row[: -len(SEEN)], seen=tuple(row[-len(SEEN) :]))


def _spread(wishes: list[_County], *, is_total_told: bool) -> tuple[Seen, ...]:
    """Count open wishes by how often they were seen; nothing where their sum would tell what is hidden elsewhere."""
    at_least = [sum(row.seen[step] for row in wishes) for step in range(len(SEEN))]
    counts = [one - more for one, more in zip(at_least, [*at_least[1:], 0], strict=True)]
    shown = suppress(counts)
    is_safe = is_total_told and shown.total is not None
    cells = shown.cells if is_safe else (None,) * len(SEEN)
    return tuple(Seen(code, count) for (code, _least), count in zip(SEEN, cells, strict=True))


def _scope(column: InstrumentedAttribute[str], with_demo: bool) -> list[ColumnElement[bool]]:
    return [] if with_demo else [column < DEMO_PROVINCE]


def _pledges(session: Session, *, with_demo: bool) -> tuple[list[tuple[str, str, int, int]], dict[str, int]]:
    """Count pledges by state and way, and those overdue by county, in one question.

    A purchase that the seller's side did not ship before the harvest ended is over; it counts as overdue for a year.
    """
    county = func.substr(Pledge.region_code, 1, COUNTY_WIDTH)
    unshipped = Pledge.id.in_(select(ProduceSale.pledge_id).where(ProduceSale.is_late))
    is_of_seller = (Pledge.state == "cancelled") & (Pledge.claimed_at > now() - SELLER_LATE_COUNTS) & unshipped
    is_late = (Pledge.is_overdue & Pledge.state.in_(_LATE)) | is_of_seller
    rows = session.execute(
        select(
            Pledge.state,
            Pledge.confirmed_by,
            county,
            func.count(),
            func.sum(worth()),
            func.sum(case((is_late, 1), else_=0)),
        )
        .where(*_scope(Pledge.region_code, with_demo))
        .group_by(Pledge.state, Pledge.confirmed_by, county)
    )
    sums: dict[tuple[str, str], list[int]] = {}
    overdue: dict[str, int] = {}
    for state, way, place, count, fen, late in rows:
        cells = sums.setdefault((state, way), [0, 0])
        cells[0], cells[1] = cells[0] + int(count), cells[1] + int(fen)
        if late:
            overdue[str(place)] = overdue.get(str(place), 0) + int(late)
    return [(state, way, count, fen) for (state, way), (count, fen) in sums.items()], overdue


def _households(session: Session, *, with_demo: bool) -> tuple[dict[str, tuple[int, int]], Pairings]:
    """Count families and those without any wish by county, and agreements of the whole country, in one question."""
    has_wish = exists().where(Wish.household_id == Household.id)
    homes = (
        select(Household.county, func.count(), func.sum(case((has_wish, 0), else_=1)))
        .where(Household.closed_at.is_(None), *_scope(Household.county, with_demo))
        .group_by(Household.county)
    )
    rows = session.execute(union_all(homes, select(literal(""), *ask_pairings(day_of(now()))))).all()
    counts = {county: (int(count), int(other or 0)) for county, count, other in rows}
    running, overdue = counts.pop("")
    return counts, Pairings(running=running, overdue=overdue)


def _told(count: int) -> int | None:
    return count if count == 0 or count >= LEAST_SHOWN else None


@dataclass(frozen=True, slots=True)
class _Places:
    """The rows by place, and the totals that may stand beside them."""

    rows: tuple[CountyRow, ...]
    open: int | None
    fulfilled: int | None
    unhelped: int | None


def _places(wishes: list[_County], families: dict[str, int], overdue: dict[str, int]) -> _Places:
    """Overdue counts speak of the offices, not of families, and are told in full; the others only when safe."""
    sums: dict[str, list[int]] = {}
    for row in wishes:
        place = public_region(row.county, families_in_county=families.get(row.county, 0))
        cells = sums.setdefault(place, [0, 0, 0, 0])
        for index, count in enumerate((row.open, row.fulfilled, row.unhelped, overdue.get(row.county, 0))):
            cells[index] += count
    if not sums:
        return _Places((), 0, 0, 0)
    names = sorted(sums)
    opened, fulfilled, unhelped = (suppress([sums[name][column] for name in names]) for column in (0, 1, 2))
    rows = tuple(
        CountyRow(name, opened.cells[place], fulfilled.cells[place], unhelped.cells[place], sums[name][3])
        for place, name in enumerate(names)
    )
    return _Places(rows, opened.total, fulfilled.total, unhelped.total)
