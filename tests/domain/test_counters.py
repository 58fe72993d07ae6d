"""Whatever people do in whatever order, a wish's counters stay sound and agree with its pledges."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charity.domain.counters import (
    COMMITTED,
    FREED,
    FULFILLED,
    IN_TRANSIT,
    OPEN_STATES,
    CounterDelta,
    DonorDelta,
    Move,
    Standing,
    counters_after,
    donor_counters_after,
    frees_units,
    is_open,
)
from charity.domain.kinds import Kind, PledgeState
from charity.domain.offers import offered_units
from charity.domain.pledges import FINAL, RULINGS, STATES, Act, Ruling, acts_in, next_state, split_receipt
from charity.domain.wishes import Counters

S = PledgeState
UNIT_FEN = 50_00


@dataclass
class Pledge:
    units: int
    at: Standing


@dataclass
class World:
    """A wish with its pledges, moved only through the rules."""

    kind: Kind
    wanted: int
    counters: Counters = field(init=False)
    pledges: list[Pledge] = field(default_factory=list)
    donor: DonorDelta = field(default_factory=lambda: DonorDelta(0, 0, 0))

    def __post_init__(self):
        self.counters = Counters(wanted=self.wanted)

    def add(self, delta: CounterDelta, reserved: int = 0):
        c = self.counters
        self.counters = Counters(
            wanted=c.wanted,
            committed=c.committed + delta.committed,
            in_transit=c.in_transit + delta.in_transit,
            fulfilled=c.fulfilled + delta.fulfilled,
            reserved=c.reserved + reserved,
        )

    def apply(self, move: Move):
        self.add(counters_after(move))
        d, more = self.donor, donor_counters_after(move, unit_fen=UNIT_FEN)
        self.donor = DonorDelta(
            d.open_pledges + more.open_pledges, d.open_fen + more.open_fen, d.year_fen + more.year_fen
        )

    def claim(self, units: int):
        if self.counters.units_left >= units:
            self.pledges.append(Pledge(units, Standing(state=S.HELD)))
            self.apply(Move(kind=self.kind, units=units, before=None, after=self.pledges[-1].at))

    def act(self, pledge: Pledge, act: Act, ruling: Ruling | None):
        before = pledge.at
        after = next_state(self.kind, before.state, act, former=before.former, ruling=ruling)
        standing = Standing(state=after, former=before.state if act is Act.DISPUTE else None)
        self.apply(Move(kind=self.kind, units=pledge.units, before=before, after=standing))
        pledge.at = standing

    def split(self, pledge: Pledge, received: int):
        split = split_receipt(pledge.units, received)
        if split.rest:
            # The same units under two pledges: no counter of the wish moves, one more place of the donor does.
            self.pledges.append(Pledge(split.rest, pledge.at))
            pledge.units = split.received
            self.donor = DonorDelta(self.donor.open_pledges + 1, self.donor.open_fen, self.donor.year_fen)

    def check(self):
        def units(states):
            return sum(p.units for p in self.pledges if p.at.state in states)

        assert self.counters.are_sound, self.counters
        assert self.counters.committed == units(COMMITTED)
        assert self.counters.in_transit == units(IN_TRANSIT)
        assert self.counters.fulfilled == units(FULFILLED)
        opened = [p for p in self.pledges if is_open(self.kind, p.at)]
        assert self.donor.open_pledges == len(opened)
        assert self.donor.open_fen == sum(p.units for p in opened) * UNIT_FEN
        assert self.donor.year_fen == units(COMMITTED) * UNIT_FEN


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=st.sampled_from(list(Kind)), wanted=st.integers(1, 12))
def test_counters_stay_sound_under_any_sequence_of_acts(data, kind, wanted):
    world = World(kind, wanted)
    for _ in range(data.draw(st.integers(1, 25))):
        step = data.draw(st.sampled_from(["claim", "act", "act", "act", "split", "reserve", "unreserve"]))
        if step == "claim":
            world.claim(data.draw(st.integers(1, wanted)))
        elif step == "reserve":
            units = offered_units(freed=world.counters.units_left, asked=data.draw(st.integers(1, wanted)))
            world.add(CounterDelta(0, 0, 0), reserved=units)
        elif step == "unreserve":
            world.add(CounterDelta(0, 0, 0), reserved=-data.draw(st.integers(0, world.counters.reserved)))
        elif world.pledges:
            pledge = data.draw(st.sampled_from(world.pledges))
            if step == "split" and pledge.at.state is S.SENT:
                world.split(pledge, data.draw(st.integers(1, pledge.units)))
            elif acts := sorted(acts_in(kind, pledge.at.state)):
                act = data.draw(st.sampled_from(acts))
                rulings = sorted(RULINGS.get(pledge.at.state, ()))
                world.act(pledge, act, data.draw(st.sampled_from(rulings)) if act is Act.RULE else None)
        world.check()


def test_states_divide_into_committed_and_freed():
    assert set(S) == COMMITTED | FREED
    assert not COMMITTED & FREED
    assert FREED == FINAL
    assert IN_TRANSIT <= COMMITTED
    assert FULFILLED <= COMMITTED
    assert not IN_TRANSIT & FULFILLED


@pytest.mark.parametrize(
    ("before", "after", "delta"),
    [
        (None, S.HELD, CounterDelta(3, 0, 0)),
        (S.HELD, S.PLANNED, CounterDelta(0, 0, 0)),
        (S.PLANNED, S.SENT, CounterDelta(0, 3, 0)),
        (S.HANDED_OVER, S.CONFIRMED, CounterDelta(0, -3, 3)),
        (S.CONFIRMED, S.DISPUTED, CounterDelta(0, 3, -3)),
        (S.DISPUTED, S.REFUTED, CounterDelta(-3, -3, 0)),
        (S.SENT, S.RETURNED, CounterDelta(-3, -3, 0)),
        (S.HELD, S.LAPSED, CounterDelta(-3, 0, 0)),
        (S.HELD, S.LAPSED_UNSETTLED, CounterDelta(0, 0, 0)),
        (S.LAPSED_UNSETTLED, S.SENT, CounterDelta(0, 3, 0)),
        (S.AT_POINT, S.SENT, CounterDelta(0, 0, 0)),
    ],
)
def test_what_a_move_counts(before, after, delta):
    move = Move(
        kind=Kind.MONEY,
        units=3,
        before=None if before is None else Standing(state=before),
        after=Standing(state=after, former=before),
    )
    assert counters_after(move) == delta
    assert frees_units(move) is (delta.committed < 0)


def test_a_donors_place_is_free_from_the_point_on():
    def move(before, after, former=None):
        return Move(kind=Kind.GOODS, units=2, before=Standing(state=before), after=Standing(state=after, former=former))

    assert donor_counters_after(move(S.SENT, S.AT_POINT), unit_fen=10) == DonorDelta(-1, -20, 0)
    assert donor_counters_after(move(S.AT_POINT, S.SENT), unit_fen=10) == DonorDelta(1, 20, 0)
    assert donor_counters_after(move(S.PLANNED, S.CANCELLED), unit_fen=10) == DonorDelta(-1, -20, -20)
    assert donor_counters_after(move(S.CONFIRMED, S.DISPUTED, S.CONFIRMED), unit_fen=10) == DonorDelta(0, 0, 0)
    assert donor_counters_after(move(S.SENT, S.DISPUTED, S.SENT), unit_fen=10) == DonorDelta(0, 0, 0)


def test_open_states_are_states_of_their_kind():
    for kind, states in OPEN_STATES.items():
        assert states <= STATES[kind]
        assert S.AT_POINT not in states
        assert S.HANDED_OVER not in states
