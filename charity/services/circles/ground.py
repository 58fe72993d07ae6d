"""What every act on a circle stands on: the locked row, moves along the tables, entries, and passing seats on."""

from collections.abc import Mapping

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.circle_states import (
    HELD,
    CircleAct,
    CircleState,
    SeatAct,
    SeatState,
    next_state,
)
from charity.domain.circles import may_start, plus_months, term_start
from charity.domain.entry_values import JSON
from charity.domain.errors import Missing
from charity.domain.regions import township_of
from charity.domain.sides import Side, may_act_on_side
from charity.ledger import append
from charity.ledger.seating import NO_FACTS, Facts, move_seat
from charity.models.circle_rows import (
    alias_of,
    find_circle,
    list_seats,
)
from charity.models.circles import Circle, Seat
from charity.models.outbox import notify
from charity.models.sides import list_stands, record_side
from charity.models.wish_people import list_reviewers


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


def settle_in(tx: Tx, circle: Circle, seat: Seat) -> None:
    """Let an accepted seat begin where its circle runs, and the circle where it was the one that lacked.

    Where the others were asked already whether they go on, the newcomer is asked now.
    """
    today = day_of(tx.now)
    ask_newcomer(tx, circle, seat)
    if CircleState(circle.state) is CircleState.RUNNING and (seat.since is None or seat.since <= today):
        move_seat(tx, circle, seat, SeatAct.ACTIVATE, "seat.active")
    elif CircleState(circle.state) is CircleState.FORMING:
        start_if_enough(tx, circle)


def ask_newcomer(tx: Tx, circle: Circle, seat: Seat) -> None:
    """Ask whoever came to a seat, where the others were asked already whether they go on for another term."""
    if circle.renewal_asked_at is not None and circle.ends_on is not None and seat.account_id is not None:
        tell_one(tx, circle, seat.account_id, "circle-renewal", {"day": circle.ends_on.isoformat()})


def start_if_enough(tx: Tx, circle: Circle) -> bool:
    """Start a forming circle that has the least number of donors and whose day has come."""
    if circle.hidden_at is not None:  # its family does not agree just now
        return False
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
