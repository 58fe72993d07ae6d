"""Circles on the desk of a township or county: at risk, to review, alive; oldest first."""

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
from charity.domain.circles import LAPSES_AT_RISK, RISK_AHEAD, Ahead, Risk
from charity.domain.permissions import may_anywhere, regions_for
from charity.models.circles import Circle, Seat
from charity.queries.circles.rows import (
    CircleRow,
    forecast_of,
    list_rows,
    list_seats,
    risks_of,
)
from charity.queries.scopes import within

MOST = 200
PIECE = 200
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


def list_at_risk(viewer: Actor, *, limit: int = MOST, piece: int = PIECE) -> tuple[DeskCircle, ...]:
    """List the circles at risk of the viewer's region, oldest first, however many others are older."""
    mine = _mine(viewer)
    now = clock.now()
    found: list[DeskCircle] = []
    after: tuple[ColumnElement[bool], ...] = ()
    while len(found) < limit:
        rows = list_rows(_may_break(now), mine, *after, limit=piece)
        found += [card for card in _cards(rows, now) if card.risks]
        if len(rows) < piece:
            break
        last = literal(rows[-1].proposed_at, Instant()), literal(rows[-1].id)
        after = (tuple_(Circle.proposed_at, Circle.id) > tuple_(*last),)
    return tuple(found[:limit])


def list_to_review(viewer: Actor, *, limit: int = MOST) -> tuple[DeskCircle, ...]:
    """List the proposed circles of the viewer's region, oldest first."""
    mine = _mine(viewer)
    return _cards(list_rows(Circle.state == CircleState.PROPOSED.value, mine, limit=limit), clock.now())


def list_of_region(viewer: Actor, *, limit: int = MOST) -> tuple[DeskCircle, ...]:
    """List the living circles of the viewer's region: all those at risk, then the others; oldest first."""
    first, mine = list_at_risk(viewer, limit=limit), _mine(viewer)
    live = Circle.state.in_(("proposed", "forming", "running"))
    others = list_rows(live, mine, Circle.ref.not_in([card.ref for card in first]), limit=limit - len(first))
    return first + _cards(others, clock.now())


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
        )
        for row in rows
    )
