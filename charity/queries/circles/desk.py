"""Circles on the desk of a township or county: at risk, to review, alive; oldest first."""

from dataclasses import dataclass
from datetime import datetime

from charity.adapters import clock
from charity.domain.actors import Actor
from charity.domain.circles import Ahead, Risk
from charity.domain.permissions import may_anywhere, regions_for
from charity.models.circles import Circle
from charity.queries.circles.rows import (
    forecast_of,
    list_rows,
    list_seats,
    risks_of,
)
from charity.queries.scopes import within

MOST = 200


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


def list_at_risk(viewer: Actor, *, limit: int = MOST) -> tuple[DeskCircle, ...]:
    """List the circles at risk of the viewer's region, oldest first."""
    return tuple(card for card in _desk(viewer, ("forming", "running"), limit=limit * 10) if card.risks)[:limit]


def list_to_review(viewer: Actor, *, limit: int = MOST) -> tuple[DeskCircle, ...]:
    """List the proposed circles of the viewer's region, oldest first."""
    return _desk(viewer, ("proposed",), limit=limit)


def list_of_region(viewer: Actor, *, limit: int = MOST) -> tuple[DeskCircle, ...]:
    """List the living circles of the viewer's region, oldest first."""
    return _desk(viewer, ("proposed", "forming", "running"), limit=limit)


def _desk(viewer: Actor, states: tuple[str, ...], *, limit: int) -> tuple[DeskCircle, ...]:
    may_anywhere(viewer, "circle.read")
    mine = within(Circle.region_code, regions_for(viewer, "circle.read"))
    rows, now = list_rows(Circle.state.in_(states), mine, limit=limit), clock.now()
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
