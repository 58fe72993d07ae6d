"""A donor's own seats, and those that are kept for him."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.circle_states import SeatState
from charity.domain.errors import SignInNeeded
from charity.models.circles import Circle, CircleMonth, Seat, SeatOffer
from charity.queries.circles.rows import (
    CircleRow,
    list_rows,
)

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSeat:
    """One of the viewer's seats."""

    ref: str
    circle: str
    alias: str
    state: str
    circle_state: str
    promise_kind: str
    monthly_fen: int
    leaves_on: date | None
    ends_on: date | None
    kept: int
    missed: int
    renewal_asked: bool
    renews: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOfferCard:
    """A seat that is kept for the viewer."""

    ref: str
    circle: str
    alias: str
    state: str
    act_by: datetime | None


def list_own(viewer: Actor) -> tuple[OwnSeat, ...]:
    """List the viewer's seats, the newest first."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    seats = list(
        reading().scalars(
            select(Seat)
            .where(Seat.account_id == viewer.account_id, Seat.state != SeatState.OFFERED.value)
            .order_by(Seat.id.desc())
            .limit(MOST)
        )
    )
    circles = {row.id: row for row in list_rows(Circle.id.in_([seat.circle_id for seat in seats]), limit=MOST)}
    counts = _outcomes([seat.id for seat in seats])
    return tuple(_own(seat, circles[seat.circle_id], counts) for seat in seats)


def list_own_offers(viewer: Actor) -> tuple[SeatOfferCard, ...]:
    """List the seats that are kept for the viewer now, the most urgent first."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    offers = reading().execute(
        select(SeatOffer, Seat.circle_id)
        .join(Seat, Seat.id == SeatOffer.seat_id)
        .where(SeatOffer.account_id == viewer.account_id, SeatOffer.state == "open")
        .order_by(SeatOffer.act_by)
    )
    found = [(offer, circle_id) for offer, circle_id in offers]
    circles = {row.id: row for row in list_rows(Circle.id.in_([number for _, number in found]), limit=MOST)}
    return tuple(
        SeatOfferCard(
            ref=offer.ref,
            circle=circles[circle_id].ref,
            alias=circles[circle_id].alias,
            state=offer.state,
            act_by=offer.act_by,
        )
        for offer, circle_id in found
    )


def _outcomes(seat_ids: list[int]) -> dict[tuple[int, str], int]:
    rows = reading().execute(
        select(CircleMonth.seat_id, CircleMonth.outcome, func.count())
        .where(CircleMonth.seat_id.in_(seat_ids))
        .group_by(CircleMonth.seat_id, CircleMonth.outcome)
    )
    return {(seat_id, outcome): count for seat_id, outcome, count in rows}


def _own(seat: Seat, row: CircleRow, counts: dict[tuple[int, str], int]) -> OwnSeat:
    return OwnSeat(
        ref=seat.ref,
        circle=row.ref,
        alias=row.alias,
        state=seat.state,
        circle_state=row.state,
        promise_kind=row.promise_kind,
        monthly_fen=row.monthly_fen,
        leaves_on=seat.leaves_on,
        ends_on=row.ends_on,
        kept=counts.get((seat.id, "kept"), 0),
        missed=counts.get((seat.id, "missed"), 0),
        renewal_asked=row.renewal_asked_at is not None,
        renews=seat.renews,
    )
