"""A donor's own seats, and those that are kept for him."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Exists, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.circle_states import PUBLIC, CircleState, SeatState
from charity.domain.circles import last_day
from charity.domain.errors import SignInNeeded
from charity.models.circles import Circle, CircleMonth, Seat, SeatOffer, SeatPlace
from charity.models.group_rows import groups_deputised_by
from charity.models.groups import Group
from charity.models.households import Household
from charity.queries.circles.groups import has_left, list_refusing
from charity.queries.circles.rows import CircleRow, PromiseTerms, list_rows

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSeatGroup:
    """The group for which a seat is held."""

    ref: str
    kind: str
    name: str


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
    title: str
    unit_label: str
    terms: PromiseTerms
    leaves_on: date | None
    ends_on: date | None
    kept: int
    missed: int
    renewal_asked: bool
    is_hidden: bool  # the family does not agree just now
    reads_room: bool
    renews: bool | None
    group: OwnSeatGroup | None

    @property
    def last_day(self) -> date | None:
        """Give the last day of its term."""
        return last_day(self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOfferCard:
    """A seat that is kept for the viewer."""

    ref: str
    circle: str
    alias: str
    state: str
    act_by: datetime | None
    display: str  # as chosen for the waiting list, or the nickname


def list_own(viewer: Actor) -> tuple[OwnSeat, ...]:
    """List the seats the viewer acts for, his own and those of his groups, the newest first."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    seats = list(
        reading().scalars(
            select(Seat)
            .where(acts_for(viewer), Seat.state != SeatState.OFFERED.value)
            .order_by(Seat.id.desc())
            .limit(MOST)
        )
    )
    circles = {row.id: row for row in list_rows(Circle.id.in_([seat.circle_id for seat in seats]), limit=MOST)}
    counts = _outcomes([seat.id for seat in seats])
    groups = _groups_of(seats)
    readable = _readable(viewer, seats, circles, counts)
    return tuple(
        _own(seat, circles[seat.circle_id], counts, groups.get(seat.group_id or 0), reads_room=seat.id in readable)
        for seat in seats
    )


def _readable(
    viewer: Actor, seats: Iterable[Seat], circles: dict[int, CircleRow], counts: dict[tuple[int, str], int]
) -> set[int]:
    """List the seats whose room is open to the viewer, or still is."""
    asked, now = {seat_id for seat_id, _ in counts}, clock.now()
    shown = [seat for seat in seats if circles[seat.circle_id].hidden_at is None]
    left = [seat for seat in shown if has_left(seat, now) and seat.id in asked]
    left = [seat for seat in left if CircleState(circles[seat.circle_id].state) in PUBLIC]
    homes = {seat.id: circles[seat.circle_id].household_id for seat in left}
    groups = [seat.group_id for seat in left if seat.group_id is not None]
    refusing = list_refusing(viewer, homes.values(), groups) if left else set[int]()
    held = {seat.id for seat in shown if seat.state != SeatState.ENDED.value}
    return held | {seat.id for seat in left if homes[seat.id] not in refusing}


def acts_for(viewer: Actor) -> ColumnElement[bool]:
    """Give the condition that the viewer acts for a seat: as its donor, or as the deputy of the group that holds it."""
    shared = and_(Seat.group_id.in_(groups_deputised_by(viewer.account_id)), Seat.state != SeatState.ENDED.value)
    return or_(Seat.account_id == viewer.account_id, shared)


def _groups_of(seats: Iterable[Seat]) -> dict[int, OwnSeatGroup]:
    numbers = {seat.group_id for seat in seats if seat.group_id is not None}
    if not numbers:
        return {}
    rows = reading().execute(select(Group.id, Group.ref, Group.kind, Group.name).where(Group.id.in_(numbers)))
    return {number: OwnSeatGroup(ref=ref, kind=kind, name=name) for number, ref, kind, name in rows}


def list_own_offers(viewer: Actor) -> tuple[SeatOfferCard, ...]:
    """List the seats that are kept for the viewer now, the most urgent first; not where the circle is out of sight."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    offers = reading().execute(
        select(SeatOffer, Seat.circle_id, Seat.display)
        .join(Seat, Seat.id == SeatOffer.seat_id)
        .join(Circle, Circle.id == Seat.circle_id)
        .where(SeatOffer.account_id == viewer.account_id, SeatOffer.state == "open", Circle.hidden_at.is_(None))
        .order_by(SeatOffer.act_by)
    )
    found = [(offer, circle_id, display) for offer, circle_id, display in offers]
    circles = {row.id: row for row in list_rows(Circle.id.in_([number for _, number, _ in found]), limit=MOST)}
    return tuple(
        SeatOfferCard(
            ref=offer.ref,
            circle=circles[circle_id].ref,
            alias=circles[circle_id].alias,
            state=offer.state,
            act_by=offer.act_by,
            display=display,
        )
        for offer, circle_id, display in found
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlace:
    """The viewer's place in the waiting list of a circle; `nth` counts from one."""

    circle: str
    alias: str
    nth: int
    joined_at: datetime


def list_own_places(viewer: Actor) -> tuple[OwnPlace, ...]:
    """List where the viewer waits for a seat; not where one is kept for him, nor where the circle is out of sight."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    before = aliased(SeatPlace)
    ahead = select(func.count()).where(
        before.circle_id == SeatPlace.circle_id, before.left_at.is_(None), before.id <= SeatPlace.id, ~_kept(before.id)
    )
    rows = reading().execute(
        select(Circle.ref, Household.alias, ahead.scalar_subquery(), SeatPlace.joined_at)
        .join(Circle, Circle.id == SeatPlace.circle_id)
        .join(Household, Household.id == Circle.household_id)
        .where(
            SeatPlace.account_id == viewer.account_id,
            SeatPlace.left_at.is_(None),
            Circle.hidden_at.is_(None),
            ~_kept(SeatPlace.id),
        )
        .order_by(SeatPlace.id)
        .limit(MOST)
    )
    return tuple(OwnPlace(circle=ref, alias=alias, nth=nth, joined_at=at) for ref, alias, nth, at in rows)


def _kept(place: InstrumentedAttribute[int]) -> Exists:
    """Say whether a seat is kept for who has this place: he waits no more."""
    return exists().where(SeatOffer.place_id == place, SeatOffer.state == "open")


def _outcomes(seat_ids: list[int]) -> dict[tuple[int, str], int]:
    rows = reading().execute(
        select(CircleMonth.seat_id, CircleMonth.outcome, func.count())
        .where(CircleMonth.seat_id.in_(seat_ids))
        .group_by(CircleMonth.seat_id, CircleMonth.outcome)
    )
    return {(seat_id, outcome): count for seat_id, outcome, count in rows}


def _own(
    seat: Seat, row: CircleRow, counts: dict[tuple[int, str], int], group: OwnSeatGroup | None, *, reads_room: bool
) -> OwnSeat:
    return OwnSeat(
        ref=seat.ref,
        circle=row.ref,
        alias=row.alias,
        state=seat.state,
        circle_state=row.state,
        promise_kind=row.promise_kind,
        monthly_fen=row.monthly_fen,
        title=row.title,
        unit_label=row.unit_label,
        terms=row.terms,
        leaves_on=seat.leaves_on,
        ends_on=row.ends_on,
        kept=counts.get((seat.id, "kept"), 0),
        missed=counts.get((seat.id, "missed"), 0),
        renewal_asked=row.renewal_asked_at is not None,
        is_hidden=row.hidden_at is not None,
        reads_room=reads_room,
        renews=seat.renews,
        group=group,
    )
