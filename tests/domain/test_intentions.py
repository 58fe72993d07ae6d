"""What an intention may say, and when the matcher leaves its donor in peace."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.calendar import local
from charity.domain.catalogue import CATEGORIES
from charity.domain.durations import Pause
from charity.domain.errors import CapReached, Invalid
from charity.domain.intentions import (
    LASTS,
    LONGEST,
    LOOKS_AGAIN,
    MOST_FEN,
    MOST_OPEN,
    MOST_UNITS,
    UNANSWERED,
    Intention,
    IntentionState,
    after_silence,
    is_over,
    looks_again,
    may_leave,
)
from charity.domain.interests import kinds_offered
from charity.domain.offers import expires_at

TODAY = date(2026, 3, 2)
OFFERED = kinds_offered(CATEGORIES)
BAG = Intention(
    kind="goods",
    category="school-bag",
    beneficiary="child",
    stage="primary",
    region="990101",
    most_fen=120_00,
    units=1,
    until=date(2026, 6, 1),
)


def test_a_school_bag_for_any_child_anywhere() -> None:
    may_leave(BAG, offered=OFFERED, today=TODAY, open_now=0)
    may_leave(Intention(most_fen=120_00, units=1, until=TODAY), offered=OFFERED, today=TODAY, open_now=MOST_OPEN - 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "money"}, "kind-unknown"),
        ({"category": "yacht"}, "category-unknown"),
        ({"category": "other-goods"}, "category-unknown"),
        ({"beneficiary": "friend"}, "beneficiary-unknown"),
        ({"stage": "university"}, "stage-unknown"),
        ({"region": "990101001"}, "region-unknown"),
        ({"most_fen": 0}, "price-out-of-range"),
        ({"most_fen": MOST_FEN + 1}, "price-out-of-range"),
        ({"units": 0}, "units-out-of-range"),
        ({"units": MOST_UNITS + 1}, "units-out-of-range"),
        ({"until": TODAY - timedelta(days=1)}, "until-out-of-range"),
        ({"until": TODAY + LONGEST + timedelta(days=1)}, "until-out-of-range"),
    ],
)
def test_what_no_wish_can_fit_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        may_leave(replace(BAG, **change), offered=OFFERED, today=TODAY, open_now=0)


def test_not_more_than_some_at_once() -> None:
    with pytest.raises(CapReached, match="too-many-intentions"):
        may_leave(BAG, offered=OFFERED, today=TODAY, open_now=MOST_OPEN)


def test_silence_ends_it() -> None:
    assert [after_silence(count) for count in range(UNANSWERED)] == [IntentionState.OPEN] * UNANSWERED
    assert after_silence(UNANSWERED) is IntentionState.UNANSWERED
    assert not is_over(TODAY, TODAY)
    assert is_over(TODAY, TODAY + timedelta(days=1))


@given(minutes=st.integers(0, 60 * 24 * 40), paused=st.integers(0, 5))
def test_an_offer_lasts_72_hours_and_never_ends_at_night_or_in_a_pause(minutes: int, paused: int) -> None:
    made = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    first = local(made).date() + timedelta(days=1)
    pauses = [Pause(first, first + timedelta(days=paused - 1))] if paused else []
    due = expires_at(made, pauses, lasts=LASTS)
    assert due - made >= timedelta(hours=72) + timedelta(days=paused)
    assert due - made < timedelta(hours=72 + 11) + timedelta(days=paused)
    assert 8 <= local(due).hour <= 22
    assert local(due).hour < 22 or (local(due).minute, local(due).second) == (0, 0)


@pytest.mark.parametrize("clock", ["03:00", "10:00", "20:49"])
def test_by_day_what_fitted_nothing_is_looked_for_again_soon(clock: str) -> None:
    moment = datetime.fromisoformat(f"2026-03-02T{clock}:00+08:00")
    assert looks_again(moment) == moment + LOOKS_AGAIN


@pytest.mark.parametrize("clock", ["02T20:50", "02T22:00", "02T23:55", "03T00:00", "03T02:49"])
def test_what_comes_in_the_evening_is_left_for_the_night(clock: str) -> None:
    moment = datetime.fromisoformat(f"2026-03-{clock}:00+08:00")
    assert looks_again(moment) == datetime.fromisoformat("2026-03-03T03:10:00+08:00")
