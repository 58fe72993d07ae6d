"""A pledge's states and acts: one printable table for the four kinds, and what each move does to the counters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from charity.domain.errors import Conflict, Invalid
from charity.domain.kinds import Kind, PledgeState

S = PledgeState


class Act(StrEnum):
    """What somebody, or a clock, does to a pledge."""

    PLAN = "plan"
    CANCEL = "cancel"
    EXTEND = "extend"
    SEND = "send"
    RECEIVE = "receive"
    HAND_OVER = "hand-over"
    UNDO = "undo"
    ACKNOWLEDGE = "acknowledge"
    SLIP = "slip"
    CONFIRM = "confirm"
    RETURN = "return"
    DISPUTE = "dispute"
    RULE = "rule"
    APPEAL = "appeal"
    # Only clocks and withdrawals do these three.
    LAPSE = "lapse"
    RELEASE = "release"
    DEEM = "deem"


class Ruling(StrEnum):
    """What an auditor decides about a disputed or unsettled pledge."""

    FORMER = "former"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    REFUTED = "refuted"
    SENT = "sent"
    LAPSED = "lapsed"


class Basis(StrEnum):
    """What a reviewer's confirmation rests on."""

    SLIP = "slip"
    CALL_BACK = "call-back"


Moves = dict[tuple[Kind, PledgeState, Act], PledgeState]

RULED = frozenset({S.SENT, S.AT_POINT, S.HANDED_OVER, S.CONFIRMED, S.RETURNED, S.REFUTED})
DISPUTABLE = frozenset({S.SENT, S.AT_POINT, S.HANDED_OVER, S.CONFIRMED})


def _shared(kind: Kind, states: frozenset[PledgeState]) -> Moves:
    """Give the moves that every kind has in common, among the states the kind knows."""
    moves: Moves = {
        (kind, S.HELD, Act.CANCEL): S.CANCELLED,
        (kind, S.HELD, Act.RELEASE): S.CANCELLED,
        (kind, S.HANDED_OVER, Act.CONFIRM): S.CONFIRMED,
    }
    if kind is not Kind.MONEY:  # that money came is asked by a call, whatever codes somebody holds
        moves[kind, S.HANDED_OVER, Act.ACKNOWLEDGE] = S.CONFIRMED
    moves |= {(kind, state, Act.DISPUTE): S.DISPUTED for state in DISPUTABLE & states}
    # An appeal opens a case one level above; the pledge itself waits for that ruling where it stands.
    return moves | {(kind, state, Act.APPEAL): state for state in RULED & states}


_PLANNED: dict[tuple[PledgeState, Act], PledgeState] = {
    (S.HELD, Act.PLAN): S.PLANNED,
    (S.HELD, Act.LAPSE): S.LAPSED,
    (S.PLANNED, Act.CANCEL): S.CANCELLED,
    (S.PLANNED, Act.RELEASE): S.CANCELLED,
    (S.PLANNED, Act.SEND): S.SENT,
    (S.HANDED_OVER, Act.SLIP): S.HANDED_OVER,
}
_RECEIVED: dict[tuple[PledgeState, Act], PledgeState] = {
    (S.SENT, Act.RECEIVE): S.AT_POINT,
    (S.SENT, Act.RETURN): S.RETURNED,
    (S.AT_POINT, Act.UNDO): S.SENT,
    (S.AT_POINT, Act.HAND_OVER): S.HANDED_OVER,
    (S.AT_POINT, Act.RETURN): S.RETURNED,
    (S.HANDED_OVER, Act.UNDO): S.AT_POINT,
}
_DIRECT: dict[tuple[PledgeState, Act], PledgeState] = {
    (S.SENT, Act.HAND_OVER): S.HANDED_OVER,
    (S.SENT, Act.RETURN): S.RETURNED,
    (S.HANDED_OVER, Act.UNDO): S.SENT,
}
_OWN: dict[Kind, dict[tuple[PledgeState, Act], PledgeState]] = {
    Kind.GOODS: _PLANNED | _RECEIVED | {(S.PLANNED, Act.EXTEND): S.PLANNED, (S.PLANNED, Act.LAPSE): S.LAPSED},
    Kind.SERVICE: _PLANNED | _DIRECT | {(S.PLANNED, Act.LAPSE): S.LAPSED},
    # A harvest that fails is the seller's side's matter: a planned purchase is released, it never lapses.
    Kind.PRODUCE: _PLANNED | _DIRECT | {(S.SENT, Act.DEEM): S.HANDED_OVER},
    Kind.MONEY: _RECEIVED
    | {
        (S.HELD, Act.SEND): S.SENT,
        (S.HELD, Act.LAPSE): S.LAPSED_UNSETTLED,
        (S.LAPSED_UNSETTLED, Act.LAPSE): S.LAPSED,
        (S.LAPSED, Act.APPEAL): S.LAPSED,
        # Its donor says that it never came back: the case waits for its ruling, the freed units are others' already.
        (S.RETURNED, Act.DISPUTE): S.RETURNED,
        # Where a ruling gave it back, an officer adds the document by which it went.
        (S.RETURNED, Act.RETURN): S.RETURNED,
    },
}


def _states_of(kind: Kind) -> frozenset[PledgeState]:
    own = _OWN[kind]
    return frozenset({state for state, _ in own} | set(own.values()) | {S.CONFIRMED, S.DISPUTED, S.REFUTED})


STATES: dict[Kind, frozenset[PledgeState]] = {kind: _states_of(kind) | {S.CANCELLED} for kind in Kind}
MOVES: Moves = {
    move: after
    for kind in Kind
    for move, after in (
        _shared(kind, STATES[kind]) | {(kind, state, act): after for (state, act), after in _OWN[kind].items()}
    ).items()
}
FINAL = frozenset({S.CANCELLED, S.LAPSED, S.RETURNED, S.REFUTED})
CLOCK_ACTS = frozenset({Act.LAPSE, Act.RELEASE, Act.DEEM})

RULINGS: dict[PledgeState, frozenset[Ruling]] = {
    S.DISPUTED: frozenset({Ruling.FORMER, Ruling.CONFIRMED, Ruling.RETURNED, Ruling.REFUTED}),
    S.LAPSED_UNSETTLED: frozenset({Ruling.SENT, Ruling.LAPSED}),
}
# The level above may let a first ruling stand ("former") or replace it; freed units must still be free to come back.
RULINGS_ON_APPEAL: dict[PledgeState, frozenset[Ruling]] = {state: RULINGS[S.DISPUTED] for state in RULED} | {
    S.LAPSED: frozenset({Ruling.FORMER, Ruling.SENT}),
    S.CANCELLED: frozenset({Ruling.FORMER, Ruling.SENT}),  # money that came although its claim was cancelled
}
# Cases about a pledge that has ended: an appeal, money that came after its time, and what is doubted afterwards.
LATE, AFTER = "late", "after"
AGAIN = frozenset({"appeal", LATE, AFTER})
# Money may come in the end, or be with the organisation still, although it was said to have ended.
LATE_STATES = frozenset({S.LAPSED, S.CANCELLED, S.RETURNED})


def next_state(
    kind: Kind,
    state: PledgeState,
    act: Act,
    *,
    former: PledgeState | None = None,
    ruling: Ruling | None = None,
    on_appeal: bool = False,
) -> PledgeState:
    """Give the state an act leads to; a ruling needs its outcome, and "former" the state the dispute remembered."""
    if act is Act.RULE:
        return _ruled(kind, state, former=former, ruling=ruling, on_appeal=on_appeal)
    try:
        return MOVES[kind, state, act]
    except KeyError:
        raise Conflict("not-in-this-state", params={"state": state.value, "act": act.value}) from None


def rulings_for(kind: Kind, state: PledgeState, *, on_appeal: bool) -> frozenset[Ruling]:
    """Give what may be ruled about a pledge, at first or again after it has ended."""
    found = (RULINGS_ON_APPEAL if on_appeal else RULINGS).get(state, frozenset())
    return found | {Ruling.SENT} if on_appeal and kind is Kind.MONEY and state is S.RETURNED else found


def _ruled(
    kind: Kind, state: PledgeState, *, former: PledgeState | None, ruling: Ruling | None, on_appeal: bool
) -> PledgeState:
    if ruling is None:
        raise Invalid("ruling-missing", field="ruling")
    if ruling not in rulings_for(kind, state, on_appeal=on_appeal):
        raise Conflict("not-in-this-state", params={"state": state.value, "act": Act.RULE.value})
    if ruling is not Ruling.FORMER:
        return S(ruling.value)
    if state is not S.DISPUTED:
        return state
    if former is None or former not in DISPUTABLE:
        raise Conflict("former-state-unknown", params={"state": state.value})
    return former


def acts_in(kind: Kind, state: PledgeState) -> frozenset[Act]:
    """Give the acts that lead somewhere from a state."""
    acts = {act for (of, was, act) in MOVES if of is kind and was is state}
    return frozenset(acts | ({Act.RULE} if state in RULINGS and state in STATES[kind] else set[Act]()))


UNDO_WITHIN = timedelta(hours=24)
DISPUTE_CONFIRMED_WITHIN = timedelta(days=30)
NOT_BACK, DOUBT_RETURN_WITHIN = "not-back", timedelta(days=30)


def may_undo(*, done_at: datetime, done_by: int | None, actor: int, now: datetime) -> None:
    """Refuse a correction by anyone but the doer, or later than 24 hours; a clock's doing has no doer."""
    if done_by is None or done_by != actor:
        raise Conflict("undo-not-yours")
    if now - done_at > UNDO_WITHIN:
        raise Conflict("undo-too-late", params={"hours": 24})


def may_dispute(state: PledgeState, *, confirmed_at: datetime | None, now: datetime) -> None:
    """Refuse to dispute a confirmed pledge after 30 days."""
    if state is S.CONFIRMED and (confirmed_at is None or now - confirmed_at > DISPUTE_CONFIRMED_WITHIN):
        raise Conflict("dispute-too-late", params={"days": DISPUTE_CONFIRMED_WITHIN.days})


def may_doubt_return(
    *, returned_at: datetime, is_said: bool, now: datetime, is_awaited: bool = False, is_late: bool = False
) -> None:
    """Refuse to say that money did not come back: a second time, or later than 30 days after its return.

    What a ruling gave back is awaited until its time is over; from then on there is no limit while it is late.
    """
    if is_said:
        raise Conflict("case-open-already")
    if is_awaited:
        raise Conflict("refund-awaited")
    if not is_late and now - returned_at > DOUBT_RETURN_WITHIN:
        raise Conflict("dispute-too-late", params={"days": DOUBT_RETURN_WITHIN.days})


@dataclass(frozen=True, slots=True)
class Split:
    """A partial receipt: what arrived moves on, the rest stays sent as a pledge of its own."""

    received: int
    rest: int


def split_receipt(units: int, received: int) -> Split:
    """Split a sent pledge by the units that arrived; rest is 0 when all did."""
    if received < 1:
        raise Invalid("units-too-few", field="units", params={"least": 1})
    if received > units:
        raise Invalid("received-more-than-sent", field="units", params={"most": units})
    return Split(received, units - received)


def may_confirm_on(kind: Kind, basis: Basis) -> None:
    """Refuse a slip for money: no volunteer stands between the organisation and the household."""
    if kind is Kind.MONEY and basis is not Basis.CALL_BACK:
        raise Invalid("basis-needs-call-back", field="basis")
