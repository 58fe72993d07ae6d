"""The lives of a circle and of a seat: states, acts, and one table of moves for each."""

from enum import StrEnum

from charity.domain.errors import Conflict


class CircleState(StrEnum):
    """Where a circle stands; it is public from forming on."""

    PROPOSED = "proposed"
    FORMING = "forming"
    RUNNING = "running"
    ENDED = "ended"
    REFUSED = "refused"


class CircleAct(StrEnum):
    """What people or the calendar do to a circle."""

    OPEN = "open"
    REJECT = "reject"
    START = "start"
    RENEW = "renew"
    END = "end"
    REFUSE = "refuse"


class SeatState(StrEnum):
    """Where a seat stands: one row is one donor's time in a circle, or a place that waits for one."""

    OPEN = "open"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    LEAVING = "leaving"
    ENDED = "ended"


class SeatAct(StrEnum):
    """What people or the calendar do to a seat."""

    TAKE = "take"
    OFFER = "offer"
    ACCEPT = "accept"
    FREE = "free"
    ACTIVATE = "activate"
    LEAVE = "leave"
    END = "end"


C, S = CircleState, SeatState
MOVES: dict[tuple[CircleState, CircleAct], CircleState] = {
    (C.PROPOSED, CircleAct.OPEN): C.FORMING,
    (C.PROPOSED, CircleAct.REJECT): C.REFUSED,
    (C.PROPOSED, CircleAct.REFUSE): C.REFUSED,
    (C.FORMING, CircleAct.START): C.RUNNING,
    (C.FORMING, CircleAct.END): C.ENDED,
    (C.FORMING, CircleAct.REFUSE): C.REFUSED,
    (C.RUNNING, CircleAct.RENEW): C.RUNNING,
    (C.RUNNING, CircleAct.END): C.ENDED,
    (C.RUNNING, CircleAct.REFUSE): C.REFUSED,
}
SEAT_MOVES: dict[tuple[SeatState, SeatAct], SeatState] = {
    (S.OPEN, SeatAct.TAKE): S.ACCEPTED,
    (S.OPEN, SeatAct.OFFER): S.OFFERED,
    (S.OFFERED, SeatAct.ACCEPT): S.ACCEPTED,
    (S.OFFERED, SeatAct.FREE): S.OPEN,
    (S.ACCEPTED, SeatAct.ACTIVATE): S.ACTIVE,
    (S.ACTIVE, SeatAct.LEAVE): S.LEAVING,
    (S.OPEN, SeatAct.END): S.ENDED,
    (S.OFFERED, SeatAct.END): S.ENDED,
    (S.ACCEPTED, SeatAct.END): S.ENDED,
    (S.ACTIVE, SeatAct.END): S.ENDED,
    (S.LEAVING, SeatAct.END): S.ENDED,
}
LIVE = frozenset({C.PROPOSED, C.FORMING, C.RUNNING})
JOINABLE = frozenset({C.FORMING, C.RUNNING})
PUBLIC = frozenset({C.FORMING, C.RUNNING, C.ENDED})
# These count against N; a seat that is being left is counted no more, because its successor may be found already.
TAKEN = frozenset({S.OFFERED, S.ACCEPTED, S.ACTIVE})
HELD = frozenset({S.ACCEPTED, S.ACTIVE, S.LEAVING})
GIVING = frozenset({S.ACTIVE, S.LEAVING})


def next_state(state: CircleState, act: CircleAct) -> CircleState:
    """Give the state an act leads a circle to."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise Conflict("not-in-this-state", params={"state": state.value, "act": act.value}) from None


def next_seat_state(state: SeatState, act: SeatAct) -> SeatState:
    """Give the state an act leads a seat to."""
    try:
        return SEAT_MOVES[state, act]
    except KeyError:
        raise Conflict("not-in-this-state", params={"state": state.value, "act": act.value}) from None
