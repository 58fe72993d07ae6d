"""The figures anybody may check: what was asked, what arrived, what waits too long. Below five nothing is told."""

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from charity.adapters.clock import now
from charity.adapters.db import reading
from charity.domain.privacy import suppress_table
from charity.domain.regions import DEMO_PROVINCE
from charity.models.households import Household
from charity.models.pledges import Pledge
from charity.models.wishes import Wish

KEPT = 60.0
TRIVIAL_FEN = 30_00  # a wish worth less in all counts as trivial: a rate of matches can be bought with such
PUBLIC_STATES = ("approved", "stale", "closed")
COUNTY_WIDTH = 6
_kept: dict[bool, tuple[float, "Figures"]] = {}


@dataclass(frozen=True, slots=True)
class CountyRow:
    """A county's counts; None hides a small one, and whatever would give it away."""

    county: str
    open_wishes: int | None
    fulfilled_wishes: int | None
    overdue: int | None


@dataclass(frozen=True, slots=True)
class Way:
    """A way households confirmed, and how many pledges were confirmed by it."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The public figures at one moment."""

    at: datetime
    wishes_public: int
    wishes_open: int
    wishes_fulfilled: int
    units_wanted: int
    units_fulfilled: int
    pledges_confirmed: int
    confirmed_fen: int
    pledges_under_way: int
    pledges_lapsed: int
    overdue: int
    oldest_unmet_at: datetime | None
    trivial_wishes: int
    households: int
    households_idle: int
    ways: tuple[Way, ...]
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
    wanted: int
    units_fulfilled: int
    trivial: int
    oldest_open_at: datetime | None


def _count(session: Session, *, with_demo: bool) -> Figures:
    wishes = _wishes(session, with_demo=with_demo)
    pledges = _pledges(session, with_demo=with_demo)
    homes, idle = _households(session, with_demo=with_demo)
    overdue = _overdue(session, with_demo=with_demo)
    oldest = [row.oldest_open_at for row in wishes if row.oldest_open_at is not None]
    confirmed = [row for row in pledges if row[0] == "confirmed"]
    return Figures(
        at=now(),
        wishes_public=sum(row.public for row in wishes),
        wishes_open=sum(row.open for row in wishes),
        wishes_fulfilled=sum(row.fulfilled for row in wishes),
        units_wanted=sum(row.wanted for row in wishes),
        units_fulfilled=sum(row.units_fulfilled for row in wishes),
        pledges_confirmed=sum(row[2] for row in confirmed),
        confirmed_fen=sum(row[3] for row in confirmed),
        pledges_under_way=sum(row[2] for row in pledges if row[0] in _UNDER_WAY),
        pledges_lapsed=sum(row[2] for row in pledges if row[0] == "lapsed"),
        overdue=sum(overdue.values()),
        oldest_unmet_at=min(oldest, default=None),
        trivial_wishes=sum(row.trivial for row in wishes),
        households=homes,
        households_idle=idle,
        ways=tuple(Way(row[1], row[2]) for row in sorted(confirmed, key=lambda row: -row[2]) if row[1]),
        counties=_counties(wishes, overdue),
    )


_UNDER_WAY = frozenset({"held", "planned", "sent", "at_point", "handed_over", "disputed"})


def _wishes(session: Session, *, with_demo: bool) -> list[_County]:
    is_open = (Wish.state == "approved") & (Wish.committed + Wish.reserved < Wish.wanted)
    is_done = Wish.fulfilled == Wish.wanted
    rows = session.execute(
        select(
            Wish.county,
            func.count(),
            func.sum(case((is_open, 1), else_=0)),
            func.sum(case((is_done, 1), else_=0)),
            func.sum(Wish.wanted),
            func.sum(Wish.fulfilled),
            func.sum(case((Wish.wanted * Wish.unit_fen < TRIVIAL_FEN, 1), else_=0)),
            func.min(case((is_open, Wish.published_at))),
        )
        .where(Wish.state.in_(PUBLIC_STATES), Wish.hidden_at.is_(None), *_scope(Wish.province, with_demo))
        .group_by(Wish.county)
    )
    return [_County(*row) for row in rows]


def _scope(column: InstrumentedAttribute[str], with_demo: bool) -> list[ColumnElement[bool]]:
    return [] if with_demo else [column < DEMO_PROVINCE]


def _pledges(session: Session, *, with_demo: bool) -> list[tuple[str, str, int, int]]:
    rows = session.execute(
        select(Pledge.state, Pledge.confirmed_by, func.count(), func.sum(Pledge.amount_fen))
        .where(*_scope(Pledge.region_code, with_demo))
        .group_by(Pledge.state, Pledge.confirmed_by)
    )
    return [(state, way, int(count), int(fen)) for state, way, count, fen in rows]


def _households(session: Session, *, with_demo: bool) -> tuple[int, int]:
    has_wish = exists().where(Wish.household_id == Household.id)
    row = session.execute(
        select(func.count(), func.sum(case((has_wish, 0), else_=1))).where(
            Household.closed_at.is_(None), *_scope(Household.county, with_demo)
        )
    ).one()
    return int(row[0]), int(row[1] or 0)


def _overdue(session: Session, *, with_demo: bool) -> dict[str, int]:
    county = func.substr(Pledge.region_code, 1, COUNTY_WIDTH)
    rows = session.execute(
        select(county, func.count())
        .where(Pledge.is_overdue, Pledge.state.in_(_UNDER_WAY), *_scope(Pledge.region_code, with_demo))
        .group_by(county)
    )
    return {str(code): int(count) for code, count in rows}


def _counties(wishes: list[_County], overdue: dict[str, int]) -> tuple[CountyRow, ...]:
    """Overdue counts speak of the offices, not of families, and are told in full; the others only when safe."""
    if not wishes:
        return ()
    shown = suppress_table([[row.open, row.fulfilled] for row in wishes])
    rows = zip(wishes, shown.rows, strict=True)
    return tuple(
        CountyRow(row.county, cells[0], cells[1], overdue.get(row.county, 0))
        for row, cells in sorted(rows, key=lambda pair: pair[0].county)
    )
