"""What a pledge's move does to the counters of its wish and of its donor, as deltas for one conditional UPDATE each."""

from dataclasses import dataclass

from charity.domain.kinds import Kind, PledgeState

S = PledgeState

COMMITTED = frozenset(
    {S.HELD, S.PLANNED, S.SENT, S.AT_POINT, S.HANDED_OVER, S.DISPUTED, S.CONFIRMED, S.LAPSED_UNSETTLED}
)
IN_TRANSIT = frozenset({S.SENT, S.AT_POINT, S.HANDED_OVER, S.DISPUTED})
FULFILLED = frozenset({S.CONFIRMED})
FREED = frozenset(S) - COMMITTED

# Once a parcel is at the point (a service or a purchase handed over) the donor has done his part and his place is free.
_OPEN = frozenset({S.HELD, S.PLANNED, S.SENT, S.LAPSED_UNSETTLED})
OPEN_STATES: dict[Kind, frozenset[PledgeState]] = {
    Kind.GOODS: _OPEN - {S.LAPSED_UNSETTLED},
    Kind.SERVICE: _OPEN - {S.LAPSED_UNSETTLED},
    Kind.PRODUCE: _OPEN - {S.LAPSED_UNSETTLED},
    Kind.MONEY: _OPEN - {S.PLANNED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A pledge's state; a disputed one also remembers the state it came from."""

    state: PledgeState
    former: PledgeState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of so many units: from nothing (a claim) or a state, to a state."""

    kind: Kind
    units: int
    before: Standing | None
    after: Standing


@dataclass(frozen=True, slots=True)
class CounterDelta:
    """What to add to a wish's counters, in units."""

    committed: int
    in_transit: int
    fulfilled: int


@dataclass(frozen=True, slots=True)
class DonorDelta:
    """What to add to a donor's counters: open pledges, open fen, and fen in the donor-household year of the claim."""

    open_pledges: int
    open_fen: int
    year_fen: int


def counters_after(move: Move) -> CounterDelta:
    """Give what a move adds to its wish's committed, in-transit and fulfilled units."""
    return CounterDelta(
        committed=_change(move, COMMITTED), in_transit=_change(move, IN_TRANSIT), fulfilled=_change(move, FULFILLED)
    )


def donor_counters_after(move: Move, *, unit_fen: int) -> DonorDelta:
    """Give what a move adds to its donor's open places, open money and money of the year."""
    before = 0 if move.before is None else int(is_open(move.kind, move.before))
    opened = int(is_open(move.kind, move.after)) - before
    fen = move.units * unit_fen
    return DonorDelta(open_pledges=opened, open_fen=opened * fen, year_fen=_change(move, COMMITTED) * unit_fen)


def is_open(kind: Kind, standing: Standing) -> bool:
    """Say whether a pledge takes one of its donor's open places."""
    if standing.state is S.DISPUTED:
        return standing.former is not S.CONFIRMED
    return standing.state in OPEN_STATES[kind]


def frees_units(move: Move) -> bool:
    """Say whether a move gives units back, so that the waiting list must be asked."""
    return counters_after(move).committed < 0


def _change(move: Move, states: frozenset[PledgeState]) -> int:
    before = move.before is not None and move.before.state in states
    return move.units * (int(move.after.state in states) - int(before))
