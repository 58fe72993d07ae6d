"""The ring shows each unit once, and shares as arcs when they are many."""

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.ring import MOST_DOTS, ORBIT, ring_of


@given(st.data())
def test_every_unit_has_its_place(data: st.DataObject) -> None:
    wanted = data.draw(st.integers(1, 5000))
    committed = data.draw(st.integers(0, wanted))
    confirmed = data.draw(st.integers(0, committed))
    moving = data.draw(st.integers(0, committed - confirmed))
    ring = ring_of(wanted, confirmed, moving, committed)
    assert ring.confirmed + ring.in_transit + ring.claimed + ring.empty == wanted
    assert len(ring.dots) == (wanted if wanted <= MOST_DOTS else 0)
    if ring.arcs:
        assert sum(arc.length for arc in ring.arcs) == pytest.approx(100, abs=0.5)


def test_arcs_go_once_around_the_drawn_circle() -> None:
    arcs = ring_of(100, 50, 25, 100).arcs
    around = 2 * pi * ORBIT
    assert [arc.dash for arc in arcs] == pytest.approx([around / 2, around / 4, around / 4], abs=0.1)
    assert [arc.gap for arc in arcs] == pytest.approx([0, around / 2, around * 3 / 4], abs=0.1)


def test_dots_stand_apart() -> None:
    for wanted in range(2, MOST_DOTS + 1):
        ring = ring_of(wanted, 0, 0, 0)
        first, second = ring.dots[:2]
        apart = ((first.x - second.x) ** 2 + (first.y - second.y) ** 2) ** 0.5
        assert apart > 2 * ring.radius


def test_states_go_round_in_their_order() -> None:
    assert [dot.state for dot in ring_of(5, 1, 1, 3).dots] == ["confirmed", "transit", "claimed", "empty", "empty"]
