"""What every act on a circle stands on: the locked row, moves along the tables, entries, and passing seats on."""

from collections.abc import Mapping
from datetime import date

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.circle_states import (
    HELD,
    JOINABLE,
    TAKEN,
    CircleAct,
    CircleState,
    SeatAct,
    SeatState,
    next_seat_state,
    next_state,
)
from charity.domain.circles import may_start, plus_months, term_start
from charity.domain.durations import notice_times
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Missing
from charity.domain.invitations import offer_lasts
from charity.domain.offers import expires_at
from charity.domain.regions import township_of
from charity.domain.sides import Side, may_act_on_side
from charity.ledger import append
from charity.ledger.writing import moment
from charity.models.circle_rows import (
    alias_of,
    change_taken,
    find_circle,
    find_open_offer,
    has_standing,
    list_seats,
    list_waiting,
    pauses_of,
)
from charity.models.circles import Circle, Seat, SeatOffer, SeatPlace
from charity.models.outbox import notify
from charity.models.sides import list_stands, record_side
from charity.models.wish_people import list_reviewers

Facts = Mapping[str, JSON]
NO_FACTS: Facts = {}


def lock_circle(tx: Tx, ref: str) -> Circle:
    """Load a circle for changing it; Missing when there is none."""
    circle = find_circle(tx, ref)
    if circle is None:
        raise Missing
    return circle


def take_side(tx: Tx, actor: Actor, circle: Circle, side: Side) -> None:
    """Let the actor act on a side of the circle's household, or refuse when he stands on another one."""
    beneficiary = f"h{circle.household_id}"
    may_act_on_side(list_stands(tx, actor.account_id, beneficiary), side, now=tx.now)
    record_side(tx, actor.account_id, beneficiary, side)


def move_circle(tx: Tx, circle: Circle, act: CircleAct, kind: str, facts: Facts = NO_FACTS) -> None:
    """Bring a locked circle to the state an act leads to, and write it down."""
    circle.state = next_state(CircleState(circle.state), act).value
    write_circle(tx, circle, kind, facts)


def write_circle(
    tx: Tx, circle: Circle, kind: str, facts: Facts = NO_FACTS, *, texts: Mapping[str, str] | None = None
) -> None:
    """Put what happened to a circle into the book, after its row was changed."""
    tx.session.flush()
    said: dict[str, JSON] = {"life": circle.state, "seats": circle.target, "least": circle.least}
    append(
        tx,
        kind,
        {"circle": circle.ref},
        {**said, **facts},
        texts={name: text for name, text in (texts or {}).items() if text},
    )


def move_seat(tx: Tx, circle: Circle, seat: Seat, act: SeatAct, kind: str, facts: Facts = NO_FACTS) -> None:
    """Bring a seat to the state an act leads to, count it, and write it down; Conflict when N would be passed."""
    was = SeatState(seat.state)
    after = next_seat_state(was, act)
    change = int(after in TAKEN) - int(was in TAKEN)
    if change and not change_taken(tx, circle, change):
        raise Conflict("circle-full")
    seat.state = after.value
    write_seat(tx, circle, seat, kind, facts)


def write_seat(tx: Tx, circle: Circle, seat: Seat, kind: str, facts: Facts = NO_FACTS) -> None:
    """Put what happened to a seat into the book."""
    tx.session.flush()
    said: dict[str, JSON] = {"seat_state": seat.state, "number": seat.number}
    append(tx, kind, {"circle": circle.ref, "seat": seat.ref}, {**said, **facts})


def add_seat(tx: Tx, circle: Circle, number: int, *, since: date | None = None) -> Seat:
    """Add an open place to a circle."""
    seat = Seat(ref=new_ref(), circle_id=circle.id, number=number, state=SeatState.OPEN.value, since=since)
    tx.session.add(seat)
    write_seat(tx, circle, seat, "seat.opened")
    return seat


def end_seat(tx: Tx, circle: Circle, seat: Seat, *, reason: str, by_clock: bool = False) -> None:
    """End a seat; while the circle lives, its number is open again, and goes to the waiting list first."""
    offer = find_open_offer(tx, seat.id)
    if offer is not None:
        settle_offer(tx, offer, "ended")
    seat.ended_at = tx.now
    facts: dict[str, JSON] = {"by_clock": by_clock}
    if reason:  # a family's refusal has none
        facts["reason"] = reason
    move_seat(tx, circle, seat, SeatAct.END, "seat.ended", facts)
    if CircleState(circle.state) in JOINABLE and not has_standing(tx, circle.id, seat.number):
        add_seat(tx, circle, seat.number)
        offer_seats(tx, circle)


def settle_offer(tx: Tx, offer: SeatOffer, state: str) -> None:
    """Bring an open offer to its end, its place in the waiting list with it."""
    offer.state, offer.settled_at = state, tx.now
    offer.clock = offer.clock_started_at = offer.act_by = offer.remind_at = None
    place = None if offer.place_id is None else tx.session.get(SeatPlace, offer.place_id)
    if place is not None and place.left_at is None:
        place.left_at = tx.now
    tx.session.flush()


def offer_seats(tx: Tx, circle: Circle) -> None:
    """Offer a circle's open places along its waiting list until there are none or nobody waits."""
    if CircleState(circle.state) not in JOINABLE or circle.hidden_at is not None:
        return
    offered = {seat.account_id for seat in list_seats(tx, circle.id, TAKEN | HELD)}
    waiting = [place for place in list_waiting(tx, circle.id) if place.account_id not in offered]
    for seat, place in zip(list_seats(tx, circle.id, {SeatState.OPEN}), waiting, strict=False):
        seat.display = place.display
        open_offer(tx, circle, seat, account_id=place.account_id, place_id=place.id)


def open_offer(tx: Tx, circle: Circle, seat: Seat, *, account_id: int, place_id: int | None) -> str:
    """Keep an open place for somebody for a time that does not end in the night; gives the offer's reference."""
    due = expires_at(tx.now, pauses_of(tx, circle), lasts=offer_lasts(has_waited=place_id is not None))
    with tx.session.no_autoflush:
        seat.account_id = account_id
        move_seat(tx, circle, seat, SeatAct.OFFER, "seat.offered", {"until": moment(due)})
    offer = SeatOffer(
        ref=new_ref(),
        seat_id=seat.id,
        place_id=place_id,
        account_id=account_id,
        state="open",
        made_at=tx.now,
        clock="offer",
        clock_started_at=tx.now,
        act_by=due,
        remind_at=notice_times(tx.now, due)[0].at,
    )
    tx.session.add(offer)
    tx.session.flush()
    return offer.ref


def free_seat(tx: Tx, circle: Circle, seat: Seat, *, reason: str, by_clock: bool) -> None:
    """Let an offered place be open again, for the next who waits."""
    with tx.session.no_autoflush:  # an open place has no account: both change in one statement
        seat.account_id = None
        move_seat(tx, circle, seat, SeatAct.FREE, "seat.freed", {"reason": reason, "by_clock": by_clock})
    offer_seats(tx, circle)


def settle_in(tx: Tx, circle: Circle, seat: Seat) -> None:
    """Let an accepted seat begin where its circle runs, and the circle where it was the one that lacked."""
    today = day_of(tx.now)
    if CircleState(circle.state) is CircleState.RUNNING and (seat.since is None or seat.since <= today):
        move_seat(tx, circle, seat, SeatAct.ACTIVATE, "seat.active")
    elif CircleState(circle.state) is CircleState.FORMING:
        start_if_enough(tx, circle)


def start_if_enough(tx: Tx, circle: Circle) -> bool:
    """Start a forming circle that has the least number of donors and whose day has come."""
    today = day_of(tx.now)
    seats = list_seats(tx, circle.id, {SeatState.ACCEPTED})
    if not may_start(held=len(seats), least=circle.least, today=today, not_before=circle.not_before):
        return False
    starts = term_start(today, circle.not_before)
    ends = plus_months(starts, circle.months)
    circle.starts_on, circle.ends_on = starts, ends
    facts: dict[str, JSON] = {
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "months": circle.months,
        "term": circle.term,
    }
    move_circle(tx, circle, CircleAct.START, "circle.started", facts)
    for seat in seats:
        move_seat(tx, circle, seat, SeatAct.ACTIVATE, "seat.active")
    tell_members(tx, circle, "circle-started", {"day": starts.isoformat()})
    return True


def tell_members(tx: Tx, circle: Circle, kind: str, params: Mapping[str, str | int] | None = None) -> None:
    """Send a notice to everybody who holds a seat."""
    told = {"circle": circle.ref, "alias": alias_of(tx, circle.household_id), **(params or {})}
    for seat in list_seats(tx, circle.id, HELD):
        if seat.account_id is not None:
            notify(tx, account_id=seat.account_id, kind=kind, params=told)


def tell_one(tx: Tx, circle: Circle, account_id: int, kind: str, params: Mapping[str, str | int] | None = None) -> None:
    """Send a notice about a circle to one person."""
    told = {"circle": circle.ref, "alias": alias_of(tx, circle.household_id), **(params or {})}
    notify(tx, account_id=account_id, kind=kind, params=told)


def tell_township(tx: Tx, circle: Circle, kind: str, *, but: int = 0) -> None:
    """Send a notice about a circle to the reviewers of its township."""
    for account_id in list_reviewers(tx, township_of(circle.region_code), but=but):
        tell_one(tx, circle, account_id, kind)
