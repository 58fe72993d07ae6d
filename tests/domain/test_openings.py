"""Rules of lists: headings, the common region, the nearest point, and which circle gets the next donor."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.errors import Conflict, Invalid
from charity.domain.openings import (
    MOST_ROWS,
    MOVES,
    Column,
    OpeningAct,
    OpeningState,
    common_region,
    find_columns,
    is_running,
    may_stage,
    narrowed,
    nearest_point,
    next_state,
    offices,
    place_in_line,
)


def test_a_circle_that_lacks_one_comes_before_one_that_lacks_two_and_both_before_those_that_began() -> None:
    circles = {"nearly": (2, 3), "empty": (0, 3), "begun": (3, 3), "fuller": (6, 3), "lacks two": (1, 3)}
    ordered = sorted(circles, key=lambda name: place_in_line(*circles[name]))
    assert ordered == ["nearly", "lacks two", "empty", "begun", "fuller"]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(0, 80))
def test_donors_one_by_one_start_as_many_circles_as_can_start(leasts: list[int], donors: int) -> None:
    taken = [0] * len(leasts)
    for _donor in range(min(donors, 9 * len(leasts))):
        free = [n for n in range(len(leasts)) if taken[n] < 9]
        taken[min(free, key=lambda n: (place_in_line(taken[n], leasts[n]), n))] += 1
    half_filled = sum(0 < have < least for have, least in zip(taken, leasts, strict=True))
    assert half_filled <= 1
    if any(have > least for have, least in zip(taken, leasts, strict=True)):
        assert all(have >= least for have, least in zip(taken, leasts, strict=True))


def test_the_columns_are_found_by_their_headings_in_any_order() -> None:
    assert find_columns(["代收点", "户卡编号"]) == {Column.HOUSEHOLD: "户卡编号", Column.POINT: "代收点"}
    assert find_columns([" Household ", "name"]) == {Column.HOUSEHOLD: " Household "}
    with pytest.raises(Invalid, match="list-column-missing"):
        find_columns(["name", "phone"])


def test_a_list_is_neither_empty_nor_endless() -> None:
    may_stage(MOST_ROWS)
    for count, code in ((0, "list-empty"), (MOST_ROWS + 1, "sheet-too-many-rows")):
        with pytest.raises(Invalid, match=code):
            may_stage(count)


def test_the_region_of_a_list_is_the_smallest_that_holds_all() -> None:
    assert common_region(["990101001001"]) == "990101001001"
    assert common_region(["990101001001", "990101001002"]) == "990101001"
    assert common_region(["990101001001", "990102001001"]) == "9901"
    assert common_region(["990101001001", "110101001001"]) == ""
    assert common_region([]) == ""


def test_lists_come_from_a_county_or_above() -> None:
    assert offices(["990101", "99", "", "990101001"]) == ("990101", "99", "")
    assert narrowed(["990101"], "") == ("990101",)
    assert narrowed(["99"], "990101") == ("990101",)
    assert narrowed(["990102"], "990101") == ()


def test_the_nearest_point_of_the_county_serves() -> None:
    points = [(1, "990101002"), (2, "990101001"), (3, "990102001"), (4, "990101001002")]
    assert nearest_point(points, "990101001001") == 2
    assert nearest_point(points, "990101003001") == 1
    assert nearest_point(points, "990103001001") is None


def test_a_programme_takes_donors_only_between_its_days() -> None:
    first, last = date(2026, 5, 1), date(2026, 5, 13)
    for day, runs in (("2026-04-30", False), ("2026-05-01", True), ("2026-05-13", True), ("2026-05-14", False)):
        today = date.fromisoformat(day)
        assert is_running(starts_on=first, ends_on=last, is_closed=False, today=today) is runs
        assert not is_running(starts_on=first, ends_on=last, is_closed=True, today=today)


def test_every_state_is_reached_and_nothing_follows_an_end() -> None:
    reached = {OpeningState.STAGED, *MOVES.values()}
    assert reached == set(OpeningState)
    for ended in (OpeningState.OPEN, OpeningState.REJECTED, OpeningState.DROPPED):
        for act in OpeningAct:
            with pytest.raises(Conflict):
                next_state(ended, act)
