"""Moving seats along their table, with their entries; whoever calls holds the row of the circle."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select, update

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.boards import Display
from charity.domain.calendar import day_of
from charity.domain.circle_states import HELD, JOINABLE, TAKEN, CircleState, SeatAct, SeatState, next_seat_state
from charity.domain.circles import follows_on
from charity.domain.durations import notice_times
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict
from charity.domain.invitations import offer_lasts
from charity.domain.offers import expires_at
from charity.domain.sides import Who
from charity.ledger.releasing import UNSENT, release_pledge
from charity.ledger.writing import append, append_all, moment
from charity.models.circle_rows import (
    alias_of,
    change_taken,
    find_circle,
    find_open_offer,
    find_own_seat,
    list_seats,
    list_waiting,
    pauses_of,
)
from charity.models.circles import Circle, CircleMonth, Seat, SeatOffer, SeatPlace
from charity.models.group_rows import find_ready_deputy, group_ref_of, ref_in_book
from charity.models.moving import find_pledge_by_id
from charity.models.outbox import notify

Facts = Mapping[str, JSON]
# who has a number, or will, beside whoever still leaves it
NEXT = TAKEN | {SeatState.OPEN}
NO_FACTS: Facts = {}


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
    """Put what happened to a seat into the book, with the group that holds it."""
    tx.session.flush()
    said: dict[str, JSON] = {"seat_state": seat.state, "number": seat.number}
    subjects = {"circle": circle.ref, "seat": seat.ref}
    if seat.group_id is not None:
        group = group_ref_of(tx, seat.group_id)
        subjects["group"] = ref_in_book(group, seat_ref=seat.ref, display=seat.display)
    append(tx, kind, subjects, {**said, **facts})


def add_seat(tx: Tx, circle: Circle, number: int, *, since: date | None = None) -> Seat:
    """Add an open place to a circle."""
    seat = Seat(ref=new_ref(), circle_id=circle.id, number=number, state=SeatState.OPEN.value, since=since)
    tx.session.add(seat)
    write_seat(tx, circle, seat, "seat.opened")
    return seat


def add_seats(tx: Tx, circle: Circle) -> None:
    """Add all the open places of a circle that nobody could join before."""
    seats = [
        Seat(ref=new_ref(), circle_id=circle.id, number=number, state=SeatState.OPEN.value)
        for number in range(1, circle.target + 1)
    ]
    tx.session.add_all(seats)
    tx.session.flush()
    append_all(
        tx,
        "seat.opened",
        [
            ({"circle": circle.ref, "seat": seat.ref}, {"seat_state": seat.state, "number": seat.number})
            for seat in seats
        ],
    )


def end_seat(tx: Tx, circle: Circle, seat: Seat, *, reason: str, by_clock: bool = False, by: Who | None = None) -> None:
    """End a seat; while the circle lives, its number is open again, and goes to the waiting list first."""
    offer = find_open_offer(tx, seat.id)
    if offer is not None:
        settle_offer(tx, offer, "ended")
    seat.ended_at = tx.now
    facts: dict[str, JSON] = {"by_clock": by_clock}
    if reason:  # a family's refusal has none
        facts["reason"] = reason
    if by is not None:
        facts["by"] = by.value
    move_seat(tx, circle, seat, SeatAct.END, "seat.ended", facts)
    if CircleState(circle.state) in JOINABLE:
        _close_ranks(tx, circle, seat.number)


def _close_ranks(tx: Tx, circle: Circle, number: int) -> None:
    """Let a number that lost a seat be held without a gap and by nobody twice.

    While somebody still leaves it, the next begins the day after him; when he went before his day, at once.
    """
    leaving = [seat.leaves_on for seat in list_seats(tx, circle.id, {SeatState.LEAVING}) if seat.number == number]
    since = max((follows_on(last) for last in leaving if last is not None), default=None)
    standing = [seat for seat in list_seats(tx, circle.id, NEXT) if seat.number == number]
    if not standing:
        add_seat(tx, circle, number, since=since)
        offer_seats(tx, circle)
    for seat in standing:
        if seat.since is not None and since is None:
            seat.since = min(seat.since, day_of(tx.now))


def settle_offer(tx: Tx, offer: SeatOffer, state: str, *, keeps_place: bool = False) -> None:
    """Bring an open offer to its end, its place in the waiting list with it unless that is kept."""
    offer.state, offer.settled_at = state, tx.now
    offer.clock = offer.clock_started_at = offer.act_by = offer.remind_at = None
    place = None if offer.place_id is None else tx.session.get(SeatPlace, offer.place_id)
    if place is not None and place.left_at is None and not keeps_place:
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
        # how he wanted to be called goes with him
        seat.account_id, seat.display = None, Display.NICKNAME.value
        move_seat(tx, circle, seat, SeatAct.FREE, "seat.freed", {"reason": reason, "by_clock": by_clock})
    offer_seats(tx, circle)


def withdraw_offer(tx: Tx, circle: Circle, seat: Seat, offer: SeatOffer) -> None:
    """Take back an offer of a circle out of sight; why, is the family's. Who waited keeps his place in the list."""
    settle_offer(tx, offer, "ended", keeps_place=True)
    free_seat(tx, circle, seat, reason="ended", by_clock=False)
    params = {"circle": circle.ref, "alias": alias_of(tx, circle.household_id)}
    notify(tx, account_id=offer.account_id, kind="seat-offer-withdrawn", params=params)


def leave_circles(tx: Tx, account_id: int, *, reason: str, by: Who | None, keeps_gifts: bool = False) -> None:
    """End all that a donor has to do with circles: places in waiting lists, offers, seats and gifts not sent yet.

    Gifts are kept where somebody finishes what was begun.
    A seat of a group stays where a deputy stands ready: it goes to him with the group, before another month opens.
    """
    waits = update(SeatPlace).where(SeatPlace.account_id == account_id, SeatPlace.left_at.is_(None))
    tx.session.execute(waits.values(left_at=tx.now))
    theirs = select(Circle.ref).join(Seat, Seat.circle_id == Circle.id)
    has = theirs.where(Seat.account_id == account_id, Seat.state != SeatState.ENDED.value)
    for ref in tx.session.scalars(has.distinct().order_by(Circle.ref)).all():
        circle = find_circle(tx, ref)
        seat = None if circle is None else find_own_seat(tx, circle.id, account_id)
        if circle is None or seat is None:
            continue
        if seat.group_id is not None and find_ready_deputy(tx, seat.group_id) is not None:
            release_unsent(tx, seat)
        else:
            _let_go(tx, circle, seat, reason=reason, by=by, keeps_gifts=keeps_gifts)


def _let_go(tx: Tx, circle: Circle, seat: Seat, *, reason: str, by: Who | None, keeps_gifts: bool) -> None:
    offer = find_open_offer(tx, seat.id)
    if offer is not None:
        settle_offer(tx, offer, "ended")
        free_seat(tx, circle, seat, reason=reason, by_clock=False)
        return
    end_seat(tx, circle, seat, reason=reason, by=by)
    if not keeps_gifts:
        release_unsent(tx, seat)


def release_unsent(tx: Tx, seat: Seat) -> None:
    """Let the gifts of a seat go that were not sent yet; this is no lapse."""
    given = tx.session.scalars(
        select(CircleMonth.pledge_id).where(CircleMonth.seat_id == seat.id, CircleMonth.pledge_id.is_not(None))
    )
    for pledge_id in given.all():
        pledge = None if pledge_id is None else find_pledge_by_id(tx.session, pledge_id)
        if pledge is not None and pledge.state in UNSENT:
            release_pledge(tx, pledge, reason="seat-ended", by_clock=False)
