from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.calendar import day_of, local
from charity.domain.durations import Pause
from charity.domain.errors import Conflict, Invalid
from charity.domain.offers import (
    FINAL,
    MOVES,
    OfferAct,
    OfferState,
    expires_at,
    may_queue,
    next_state,
    offered_units,
)

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def test_an_open_offer_ends_in_four_ways_and_then_for_good():
    assert set(MOVES.values()) == FINAL
    assert {act for _, act in MOVES} == set(OfferAct)
    for state in FINAL:
        for act in OfferAct:
            with pytest.raises(Conflict, match="offer-not-open"):
                next_state(state, act)
    assert next_state(OfferState.OPEN, OfferAct.ACCEPT) is OfferState.ACCEPTED


@given(MOMENTS, st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=3))
def test_an_offer_never_expires_at_night_nor_on_a_paused_day_nor_before_48_hours(at, gaps):
    pauses = [
        Pause(day_of(at) + timedelta(days=first), day_of(at) + timedelta(days=first + length)) for first, length in gaps
    ]
    end = expires_at(at, pauses)
    assert 8 <= local(end).hour < 22
    assert end - at >= timedelta(hours=48)
    assert not any(pause.first <= day_of(end) <= pause.last for pause in pauses)
    if not pauses:
        assert end - at < timedelta(hours=58)


@pytest.mark.parametrize(
    ("hour", "day", "expected"), [(10, 6, 10), (21, 6, 21), (22, 7, 8), (23, 7, 8), (0, 6, 8), (7, 6, 8), (8, 6, 8)]
)
def test_the_night_moves_an_end_to_the_morning(hour, day, expected):
    offered = datetime(2026, 5, 4, hour, tzinfo=UTC) - timedelta(hours=8)
    end = local(expires_at(offered))
    assert (end.day, end.hour) == (day, expected)


def test_a_pause_stops_an_offer():
    offered = datetime(2026, 5, 4, 2, tzinfo=UTC)
    assert expires_at(offered, [Pause(date(2026, 5, 5), date(2026, 5, 7))]) == offered + timedelta(hours=48 + 72)


@given(st.integers(-3, 20), st.integers(1, 20))
def test_an_offer_carries_no_more_than_was_freed_or_asked(freed, asked):
    units = offered_units(freed=freed, asked=asked)
    assert 0 <= units <= asked
    assert units == min(freed, asked) or (freed < 0 and units == 0)


def test_only_what_cannot_be_claimed_at_once_is_queued_for():
    may_queue(units=2, wanted=5, left=1)
    with pytest.raises(Conflict, match="units-are-free"):
        may_queue(units=2, wanted=5, left=2)
    for units in (0, 6):
        with pytest.raises(Invalid, match="units-out-of-range"):
            may_queue(units=units, wanted=5, left=0)
