"""A circle as anybody may see it: alias, public county, seats, and how long the family has been accompanied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.circle_states import HELD, PUBLIC, CircleState, SeatState
from charity.domain.circles import gift_kind, last_day
from charity.domain.errors import Missing
from charity.models.circles import Seat, SeatOffer, SeatPlace
from charity.queries.circles.basis import find_basis
from charity.queries.circles.groups import GroupName, list_acting, list_deputised, list_watched, name_groups
from charity.queries.circles.rows import (
    CircleRow,
    Kept,
    PromiseTerms,
    count_giving,
    find_row,
    list_kept,
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
    unit_label: str
    terms: PromiseTerms
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
    basis: Basis | None = None  # of a circle that asks for more than letters

    @property
    def last_day(self) -> date | None:
        """Give the last day of its term."""
        return last_day(self.ends_on)


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
        basis=find_basis(ref) if gift_kind(row.promise_kind) else None,
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What several circles, and the viewer's part in them, come to; asked once for all of them."""

    kept: dict[int, Kept]
    waits: frozenset[int]
    offers: dict[int, str]  # by seat
    deputised: frozenset[int]


def _about(viewer: Actor, seats: dict[int, list[Seat]]) -> _About:
    every = [seat for found in seats.values() for seat in found]
    offered = [seat.id for seat in every if _is_offered(viewer, seat)]
    return _About(
        kept=list_kept(seats),
        waits=_waits(viewer, seats),
        offers=_offers(offered) if offered else {},
        deputised=list_deputised(viewer, every),
    )


def _is_offered(viewer: Actor, seat: Seat) -> bool:
    mine = viewer.is_signed_in and seat.account_id == viewer.account_id
    return mine and seat.state == SeatState.OFFERED.value


def public_of_all(viewer: Actor, rows: Sequence[CircleRow]) -> tuple[PublicCircle, ...]:
    """See some circles as a stranger does; as many questions as for one."""
    seats = list_seats([row.id for row in rows])
    about = _about(viewer, {row.id: seats.get(row.id, []) for row in rows})
    return tuple(_public(viewer, row, seats.get(row.id, []), about) for row in rows)


def public_of(viewer: Actor, row: CircleRow, seats: list[Seat]) -> PublicCircle:
    """See a circle as a stranger does, with what the viewer himself has to do with it."""
    return _public(viewer, row, seats, _about(viewer, {row.id: seats}))


def _public(viewer: Actor, row: CircleRow, seats: list[Seat], about: _About) -> PublicCircle:
    offered = next((seat for seat in seats if _is_offered(viewer, seat)), None)
    acting = list_acting(viewer, seats, about.deputised)
    kept = about.kept.get(row.id, Kept())
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
        unit_label=row.unit_label,
        terms=row.terms,
        target=row.target,
        least=row.least,
        taken=row.taken,
        giving=count_giving(seats),
        months=row.months,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        months_accompanied=kept.months,
        seat_months=kept.seat_months,
        is_full=row.taken >= row.target,
        takes_donors=lives and row.taken < row.target,
        own_seat=None if held is None else held.ref,
        is_waiting=row.id in about.waits,
        offer=None if offered is None else about.offers.get(offered.id),
    )


def _waits(viewer: Actor, circles: Iterable[int]) -> frozenset[int]:
    if not viewer.is_signed_in:
        return frozenset()
    mine = (SeatPlace.account_id == viewer.account_id, SeatPlace.left_at.is_(None))
    return frozenset(
        reading().scalars(select(SeatPlace.circle_id).where(SeatPlace.circle_id.in_(list(circles)), *mine))
    )


def _offers(seats: list[int]) -> dict[int, str]:
    rows = reading().execute(
        select(SeatOffer.seat_id, SeatOffer.ref).where(SeatOffer.seat_id.in_(seats), SeatOffer.state == "open")
    )
    return {seat_id: ref for seat_id, ref in rows}
