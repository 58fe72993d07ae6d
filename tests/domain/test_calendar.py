from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.calendar import (
    day_end,
    day_of,
    day_start,
    is_weekday,
    month_bounds,
    month_of,
    year_bounds,
    year_of,
)


def test_the_year_turns_at_midnight_in_shanghai():
    before = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    after = before + timedelta(minutes=1)
    assert (year_of(before), year_of(after)) == (2026, 2027)
    assert (month_of(before), month_of(after)) == ("2026-12", "2027-01")
    assert (day_of(before), day_of(after)) == (date(2026, 12, 31), date(2027, 1, 1))


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        day_of(datetime(2026, 1, 1))


@given(st.dates(date(1950, 1, 1), date(2100, 12, 30)))
def test_a_day_runs_from_its_start_to_its_end(day):
    assert day_of(day_start(day)) == day
    assert day_of(day_end(day) - timedelta(microseconds=1)) == day
    assert day_of(day_end(day)) == day + timedelta(days=1)
    assert day_start(day).tzinfo is UTC


def test_bounds_of_years_and_months_meet():
    assert year_bounds(2026)[1] == year_bounds(2027)[0]
    assert month_bounds("2026-12")[1] == month_bounds("2027-01")[0] == year_bounds(2027)[0]
    assert month_bounds("2028-02")[1] - month_bounds("2028-02")[0] == timedelta(days=29)


def test_weekdays():
    assert [is_weekday(date(2026, 5, day)) for day in (8, 9, 10, 11)] == [True, False, False, True]
