"""The order of the wall in numbers."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from charity.domain import wall
from charity.domain.catalogue import PRICE_BANDS
from charity.domain.errors import Invalid

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def test_an_untouched_wish_stands_where_it_was_published() -> None:
    assert wall.wall_at(DAY, taken=0, wanted=3) == int(DAY.timestamp())


def test_a_full_wish_stands_two_weeks_later() -> None:
    assert wall.wall_at(DAY, taken=3, wanted=3) == int((DAY + timedelta(days=14)).timestamp())


def test_steps_up_and_down_meet_exactly() -> None:
    for wanted in range(1, 60):
        there = [wall.shift(taken=taken, wanted=wanted) for taken in range(wanted + 1)]
        assert there == sorted(there)
        total = sum(later - sooner for sooner, later in itertools.pairwise(there))
        assert total == wall.TAKEN_WEIGHT


def test_the_explanation_is_the_order() -> None:
    why = wall.because(DAY, DAY + timedelta(days=9, hours=5), units_left=2, wanted=5)
    assert (why.days, why.missing, why.wanted) == (9, 2, 5)
    assert wall.waiting_days(DAY + timedelta(days=1), DAY) == 0


@pytest.mark.parametrize(
    ("left", "wanted", "nearly"),
    [(1, 4, True), (1, 3, False), (0, 4, False), (1, 1, False), (2, 8, True), (3, 8, False)],
)
def test_nearly_complete(left: int, wanted: int, nearly: bool) -> None:
    assert wall.is_nearly_complete(units_left=left, wanted=wanted) is nearly


def test_bands_leave_no_gap() -> None:
    edges = [wall.band_of(code, PRICE_BANDS) for code in PRICE_BANDS]
    for (_, high), (low, _) in itertools.pairwise(edges):
        assert high is not None
        assert low == high + 1
    with pytest.raises(Invalid, match="price-band-unknown"):
        wall.band_of("cheap", PRICE_BANDS)


def test_a_page_has_a_size() -> None:
    assert wall.page_size(None) == wall.CARDS
    assert wall.page_size(5) == 5
    for limit in (0, -1, 101):
        with pytest.raises(Invalid, match="limit-out-of-range"):
            wall.page_size(limit)
