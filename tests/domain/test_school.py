"""A school stage is true until the end of the school year in which it was recorded."""

from datetime import date

import pytest

from charity.domain.school import is_current, shown_stage, stage_until, year_begins


@pytest.mark.parametrize(
    ("day", "begins", "until"),
    [
        (date(2026, 9, 1), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 12, 31), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2027, 1, 1), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31)),
        (date(2028, 2, 29), date(2027, 9, 1), date(2028, 8, 31)),
    ],
)
def test_a_school_year_begins_on_the_first_of_september(day: date, begins: date, until: date) -> None:
    assert year_begins(day) == begins
    assert stage_until(day) == until


def test_a_stage_is_current_in_its_school_year_only() -> None:
    recorded = date(2026, 3, 1)
    assert is_current(recorded, date(2026, 3, 1))
    assert is_current(recorded, date(2026, 8, 31))
    assert not is_current(recorded, date(2026, 9, 1))
    assert not is_current(date(2026, 9, 2), date(2026, 8, 30))  # of a year still to come
    assert not is_current(None, date(2026, 3, 1))


def test_a_page_shows_no_stage_of_an_earlier_year() -> None:
    assert shown_stage("primary", date(2026, 8, 31), date(2026, 8, 31)) == "primary"
    assert shown_stage("primary", date(2026, 8, 31), date(2026, 9, 1)) is None
    assert shown_stage("primary", None, date(2099, 1, 1)) == "primary"  # a class of a school stays what it is
    assert shown_stage(None, None, date(2026, 1, 1)) is None
