"""Circles on the desk of a township or county: at risk, to review, alive; oldest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, tuple_

from charity.adapters import clock
from charity.adapters.db import Instant
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.circle_states import HELD, CircleState, SeatState
from charity.domain.circles import LAPSES_AT_RISK, RISK_AHEAD, Ahead, Gap, Risk, gaps_of
from charity.domain.errors import Invalid
from charity.domain.permissions import may_anywhere, regions_for
from charity.models.circles import Circle, Seat
from charity.queries.circles.rows import (
    CircleRow,
    forecast_of,
    list_rows,
    list_seats,
    risks_of,
)
from charity.queries.cursors import read_deadline, write_deadline
from charity.queries.scopes import within

MOST = 200
PIECE = 200
PAGE = 50
AT_RISK, OTHERS = "risk", "other"
_HELD = tuple(state.value for state in sorted(HELD))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCircle:
    """One circle on the township's (or county's) desk."""

    ref: str
    alias: str
    household: str
    region_code: str
    state: str
    target: int
    least: int
    taken: int
    since: datetime
    risks: tuple[Risk, ...]
    forecast: tuple[Ahead, ...]
    place: str  # in the list, to go on behind it

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Give the months ahead in which too few give, drawn together."""
        return gaps_of(self.forecast)


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of a region's circles, and the cursor after which the next begins."""

    cards: tuple[DeskCircle, ...]
    next: str | None


def list_at_risk(viewer: Actor, *, limit: int = MOST, piece: int = PIECE) -> tuple[DeskCircle, ...]:
    """List the circles at risk of the viewer's region, oldest first, however many others are older."""
    now = clock.now()
    return _collect(viewer, _may_break(now), now, at_risk=True, after="", limit=limit, piece=piece)


def _collect(
    viewer: Actor, where: ColumnElement[bool], now: datetime, *, at_risk: bool, after: str, limit: int, piece: int
) -> tuple[DeskCircle, ...]:
    """List circles that are at risk, or those that are not, from a place on; whether one is, `domain` judges."""
    mine, behind = _mine(viewer), _behind(after)
    found: list[DeskCircle] = []
    while len(found) < limit:
        rows = list_rows(where, mine, *behind, limit=piece)
        cards = _cards(rows, now)
        found += [card for card in cards if bool(card.risks) is at_risk]
        if len(rows) < piece:
            break
        behind = _behind(cards[-1].place)
    return tuple(found[:limit])


def _behind(place: str) -> tuple[ColumnElement[bool], ...]:
    if not place:
        return ()
    since, number = read_deadline(place)
    if since is None:
        raise Invalid("cursor-unreadable", field="after")
    return (tuple_(Circle.proposed_at, Circle.id) > tuple_(literal(since, Instant()), literal(number)),)


def list_to_review(viewer: Actor, *, limit: int = MOST) -> tuple[DeskCircle, ...]:
    """List the circles of the viewer's region that are proposed, or whose next term nobody looked at; oldest first."""
    mine = _mine(viewer)
    next_term = and_(
        Circle.state == CircleState.RUNNING.value,
        Circle.renewal_asked_at.is_not(None),
        Circle.reviewed_term <= Circle.term,
    )
    waits = or_(Circle.state == CircleState.PROPOSED.value, next_term)
    return _cards(list_rows(waits, mine, limit=limit), clock.now())


def list_of_region(viewer: Actor, *, after: str = "", limit: int = PAGE, piece: int = PIECE) -> DeskPage:
    """List the living circles of the viewer's region: all those at risk, then the others; oldest first."""
    now, (part, place) = clock.now(), _part(after)
    found: tuple[DeskCircle, ...] = ()
    if part == AT_RISK:
        found = _collect(viewer, _may_break(now), now, at_risk=True, after=place, limit=limit + 1, piece=piece)
        place = ""
    if len(found) <= limit:
        live, left = Circle.state.in_(("proposed", "forming", "running")), limit + 1 - len(found)
        found += _collect(viewer, live, now, at_risk=False, after=place, limit=left, piece=left)
    return DeskPage(found[:limit], _after(found[limit - 1]) if len(found) > limit else None)


def _part(after: str) -> tuple[str, str]:
    """Read in which part of the list a page begins, and behind which place."""
    part, _, place = after.partition("~")
    if after and (part not in (AT_RISK, OTHERS) or not place):
        raise Invalid("cursor-unreadable", field="after")
    return part or AT_RISK, place


def _after(last: DeskCircle) -> str:
    return f"{AT_RISK if last.risks else OTHERS}~{last.place}"


def _mine(viewer: Actor) -> ColumnElement[bool]:
    may_anywhere(viewer, "circle.read")
    return within(Circle.region_code, regions_for(viewer, "circle.read"))


def _may_break(now: datetime) -> ColumnElement[bool]:
    """Leave out circles that cannot be at risk; of the others `domain/circles.py: at_risk` judges each."""
    today, long_ago = day_of(now), now - RISK_AHEAD + timedelta(days=1)
    held = (Seat.circle_id == Circle.id, Seat.state.in_(_HELD))
    wavers = or_(
        Seat.state == SeatState.LEAVING.value,
        Seat.leaves_on.is_not(None),
        Seat.since > today,
        Seat.lapses >= LAPSES_AT_RISK,
    )
    return or_(
        and_(
            Circle.state == CircleState.FORMING.value,
            func.coalesce(Circle.reviewed_at, Circle.proposed_at) <= literal(long_ago, Instant()),
        ),
        and_(
            Circle.state == CircleState.RUNNING.value,
            or_(exists().where(*held, wavers), _count(*held) < Circle.least),
        ),
    )


def _count(*where: ColumnElement[bool]) -> Any:  # of a question that stands within another
    return select(func.count()).select_from(Seat).where(*where).correlate(Circle).scalar_subquery()


def _cards(rows: Sequence[CircleRow], now: datetime) -> tuple[DeskCircle, ...]:
    seats = list_seats([row.id for row in rows])
    return tuple(
        DeskCircle(
            ref=row.ref,
            alias=row.alias,
            household=row.household_ref,
            region_code=row.region_code,
            state=row.state,
            target=row.target,
            least=row.least,
            taken=row.taken,
            since=row.proposed_at,
            risks=risks_of(row, seats.get(row.id, []), now),
            forecast=forecast_of(row, seats.get(row.id, []), now),
            place=write_deadline(row.proposed_at, row.id),
        )
        for row in rows
    )
