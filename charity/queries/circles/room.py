"""The room of a circle, for its members, the volunteer and the reviewer: what was promised and done month by month."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.circle_states import HELD, SeatState
from charity.domain.circles import Ahead, Risk
from charity.domain.errors import Missing, SignInNeeded
from charity.domain.permissions import is_allowed
from charity.models.circles import CircleMonth, Seat
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.queries.circles.letters import LetterCard, list_of_circle
from charity.queries.circles.public import PublicCircle, public_of
from charity.queries.circles.rows import (
    CircleRow,
    find_row,
    forecast_of,
    list_seats,
    risks_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMonth:
    """What one seat did in one month; wish and pledge are shown to whoever may open them."""

    month: str
    number: int
    is_own: bool
    kind: str
    outcome: str
    reason: str
    wish: str | None
    pledge: str | None
    pledge_state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatCard:
    """One seat in the room; a person only by his number."""

    ref: str
    number: int
    state: str
    is_own: bool
    leaves_on: date | None
    lapses: int
    renews: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleRoom:
    """The circle's room: for its members, the volunteer and the reviewer."""

    circle: PublicCircle
    is_staff: bool
    seats: tuple[SeatCard, ...]
    months: tuple[SeatMonth, ...]
    letters: tuple[LetterCard, ...]
    forecast: tuple[Ahead, ...]
    risks: tuple[Risk, ...]
    renewal_asked: bool
    household_agrees: bool | None
    is_term_reviewed: bool


def get_room(viewer: Actor, ref: str) -> CircleRoom:
    """Show the room to whoever holds a seat, and to the volunteer, reviewer and others who may read circles there."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    row = find_row(ref)
    if row is None:
        raise Missing
    seats = list_seats([row.id]).get(row.id, [])
    is_staff = is_allowed(viewer, "circle.read", row.region_code)
    mine = [seat for seat in seats if seat.account_id == viewer.account_id and SeatState(seat.state) in HELD]
    if not is_staff and (not mine or row.hidden_at is not None):
        raise Missing
    now = clock.now()
    return CircleRoom(
        circle=public_of(viewer, row, seats),
        is_staff=is_staff,
        seats=tuple(_seat(viewer, seat, is_staff) for seat in seats if seat.state != SeatState.ENDED.value),
        months=_months(viewer, row, is_staff),
        letters=list_of_circle(viewer, row, is_staff),
        forecast=forecast_of(row, seats, now),
        risks=risks_of(row, seats, now) if is_staff else (),
        renewal_asked=row.renewal_asked_at is not None,
        household_agrees=row.household_agrees if is_staff else None,
        is_term_reviewed=row.reviewed_term > row.term,
    )


def _seat(viewer: Actor, seat: Seat, is_staff: bool) -> SeatCard:
    is_own = seat.account_id == viewer.account_id
    knows = is_staff or is_own
    return SeatCard(
        ref=seat.ref,
        number=seat.number,
        state=seat.state,
        is_own=is_own,
        leaves_on=seat.leaves_on,
        lapses=seat.lapses if knows else 0,
        renews=seat.renews if knows else None,
    )


def _months(viewer: Actor, row: CircleRow, is_staff: bool) -> tuple[SeatMonth, ...]:
    query = (
        select(
            CircleMonth.month,
            Seat.number,
            Seat.account_id,
            CircleMonth.kind,
            CircleMonth.outcome,
            CircleMonth.reason,
            Wish.ref,
            Pledge.ref,
            Pledge.state,
        )
        .join(Seat, Seat.id == CircleMonth.seat_id)
        .outerjoin(Wish, Wish.id == CircleMonth.wish_id)
        .outerjoin(Pledge, Pledge.id == CircleMonth.pledge_id)
        .where(CircleMonth.circle_id == row.id)
        .order_by(CircleMonth.month.desc(), Seat.number, Seat.id)
    )
    found: list[SeatMonth] = []
    for month, number, account_id, kind, outcome, reason, wish, pledge, state in reading().execute(query):
        is_own = account_id == viewer.account_id
        knows = is_staff or is_own
        found.append(
            SeatMonth(
                month=month,
                number=number,
                is_own=is_own,
                kind=kind,
                outcome=outcome,
                reason=reason if knows else "",
                wish=wish,
                pledge=pledge if knows else None,
                pledge_state=state,
            )
        )
    return tuple(found)
