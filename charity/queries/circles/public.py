"""A circle as anybody may see it: alias, public county, seats, and how long the family has been accompanied."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.circle_states import HELD, PUBLIC, CircleState, SeatState
from charity.domain.circles import PromiseKind
from charity.domain.errors import Missing
from charity.models.circles import Circle, Seat, SeatOffer, SeatPlace
from charity.queries.circles.basis import find_basis
from charity.queries.circles.groups import GroupName, list_acting, list_watched, name_groups
from charity.queries.circles.rows import (
    CircleRow,
    count_giving,
    count_kept,
    count_months,
    find_row,
    list_rows,
    list_seats,
)
from charity.queries.wishes.page import Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCircle:
    """What a stranger may know: alias, public county, how many seats, how long they have accompanied the family."""

    ref: str
    alias: str
    county: str
    state: str
    promise_kind: str
    monthly_fen: int
    title: str
    details: str
    category: str
    target: int
    least: int
    taken: int
    giving: int
    months: int
    starts_on: date | None
    ends_on: date | None
    months_accompanied: int
    seat_months: int
    is_full: bool
    takes_donors: bool
    own_seat: str | None
    is_waiting: bool
    offer: str | None
    # on the page of one circle
    reads_room: bool = False  # as a member of a group that holds a seat
    groups: tuple[GroupName, ...] = ()  # those that hold a seat and asked to be named
    basis: Basis | None = None  # of a circle that asks for goods


def get_public(viewer: Actor, ref: str) -> PublicCircle:
    """Show a public circle; Missing while it is only proposed, was refused, or is out of sight."""
    row = find_row(ref)
    if row is None or row.hidden_at is not None or CircleState(row.state) not in PUBLIC:
        raise Missing
    seats = list_seats([row.id]).get(row.id, [])
    return replace(
        public_of(viewer, row, seats),
        reads_room=bool(list_watched(viewer, seats, household_id=row.household_id)),
        groups=tuple(name_groups(seats).values()),
        basis=find_basis(ref) if row.promise_kind == PromiseKind.GOODS.value else None,
    )


def list_public(viewer: Actor, *, limit: int = 24) -> tuple[PublicCircle, ...]:
    """List circles that look for donors, the longest open first."""
    rows = list_rows(
        Circle.state.in_(("forming", "running")), Circle.hidden_at.is_(None), Circle.taken < Circle.target, limit=limit
    )
    seats = list_seats([row.id for row in rows])
    return tuple(public_of(viewer, row, seats.get(row.id, [])) for row in rows)


def public_of(viewer: Actor, row: CircleRow, seats: list[Seat]) -> PublicCircle:
    """See a circle as a stranger does, with what the viewer himself has to do with it."""
    mine = [s for s in seats if viewer.is_signed_in and s.account_id == viewer.account_id and s.state != "ended"]
    offered = next((seat for seat in mine if seat.state == SeatState.OFFERED.value), None)
    acting = list_acting(viewer, seats)
    held = next((seat for seat in seats if seat.id in acting and SeatState(seat.state) in HELD), None)
    lives = row.state in (CircleState.FORMING.value, CircleState.RUNNING.value)
    return PublicCircle(
        ref=row.ref,
        alias=row.alias,
        county=row.public_county,
        state=row.state,
        promise_kind=row.promise_kind,
        monthly_fen=row.monthly_fen,
        title=row.title,
        details=row.details,
        category=row.category,
        target=row.target,
        least=row.least,
        taken=row.taken,
        giving=count_giving(seats),
        months=row.months,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        months_accompanied=count_months(row.id),
        seat_months=count_kept(row.id),
        is_full=row.taken >= row.target,
        takes_donors=lives and row.taken < row.target,
        own_seat=None if held is None else held.ref,
        is_waiting=_is_waiting(viewer, row.id),
        offer=None if offered is None else _offer_of(offered.id),
    )


def _is_waiting(viewer: Actor, circle_id: int) -> bool:
    if not viewer.is_signed_in:
        return False
    waits = select(SeatPlace.id).where(
        SeatPlace.circle_id == circle_id, SeatPlace.account_id == viewer.account_id, SeatPlace.left_at.is_(None)
    )
    return reading().execute(waits).first() is not None


def _offer_of(seat_id: int) -> str | None:
    return reading().scalar(select(SeatOffer.ref).where(SeatOffer.seat_id == seat_id, SeatOffer.state == "open"))
