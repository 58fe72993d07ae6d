from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.identity import SchoolStage
from charity.domain.privacy import (
    LEAST_SHOWN,
    ChildrenBand,
    ChildShown,
    SizeBand,
    before_claim,
    composition_of,
    may_use_school_point,
    public_region,
    small,
    suppress,
    suppress_table,
)


@pytest.mark.parametrize(("count", "shown"), [(0, "<5"), (1, "<5"), (4, "<5"), (5, "5"), (1200, "1200")])
def test_small_counts(count, shown):
    assert small(count) == shown


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_nobody_who_knows_the_rule_can_compute_a_hidden_cell(width):
    """Try every row: all rows that look alike once published must leave each hidden cell at least two values."""
    biggest = 13 if width < 4 else 10
    alike = defaultdict(list)
    for row in product(range(biggest), repeat=width):
        alike[suppress(row)].append(row)
    for shown, rows in alike.items():
        if any(count == biggest - 1 for row in rows for count in row):
            continue  # larger rows that look the same were not tried
        for place, cell in enumerate(shown.cells):
            if cell is None:
                assert len({row[place] for row in rows}) >= 2, (shown, rows)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_what_is_shown_is_true_and_not_small(row):
    shown = suppress(row)
    for count, cell in zip(row, shown.cells, strict=True):
        assert cell is None or (cell == count and cell >= LEAST_SHOWN)
    assert shown.total is None or (shown.total == sum(row) and shown.total >= LEAST_SHOWN)
    assert shown.total is None or shown.cells.count(None) != 1
    if min(row) >= LEAST_SHOWN:
        assert shown.cells == tuple(row)


@given(st.data(), st.integers(1, 5), st.integers(1, 5))
def test_a_hidden_cell_of_a_table_could_be_any_small_number(data, height, width):
    rows = data.draw(
        st.lists(st.lists(st.integers(0, 20), min_size=width, max_size=width), min_size=height, max_size=height)
    )
    shown = suppress_table(rows)
    hidden = [(y, x) for y, row in enumerate(shown.rows) for x, cell in enumerate(row) if cell is None]
    for y, x in hidden:
        for other in range(LEAST_SHOWN):
            changed = [list(row) for row in rows]
            changed[y][x] = other
            assert suppress_table(changed) == shown
    if not hidden:
        assert shown.total == sum(map(sum, rows))
        assert shown.column_totals == tuple(map(sum, zip(*rows, strict=True)))


def test_composition_is_told_in_bands():
    shown = composition_of([70, 41, 12, 9, 3])
    assert (shown.people, shown.children, shown.has_elders) == (SizeBand.SOME, ChildrenBand.MORE, True)
    alone = composition_of([59])
    assert (alone.people, alone.children, alone.has_elders) == (SizeBand.ONE, ChildrenBand.NONE, False)
    assert composition_of([30, 17]).children is ChildrenBand.ONE
    assert composition_of([30] * 3).people is SizeBand.FEW
    assert composition_of([30] * 6).people is SizeBand.MANY


def test_a_rare_combination_hides_size_sex_and_interest():
    child = ChildShown(county="990101", stage=SchoolStage.PRIMARY, size="37", sex="female", interest="drawing")
    assert before_claim(child, alike_in_county=5) == child
    rare = before_claim(child, alike_in_county=4)
    assert (rare.county, rare.stage, rare.size, rare.sex, rare.interest) == ("990101", SchoolStage.PRIMARY, "", "", "")


def test_pages_end_at_the_county_and_merge_small_ones_into_the_city():
    assert public_region("990101001002", families_in_county=5) == "990101"
    assert public_region("990101001002", families_in_county=4) == "9901"
    assert public_region("9901", families_in_county=0) == "9901"


def test_a_school_point_must_not_tell_the_childs_school():
    assert may_use_school_point(villages_served=3, pupils=100, guardian_agreed=True)
    assert not may_use_school_point(villages_served=2, pupils=100, guardian_agreed=True)
    assert not may_use_school_point(villages_served=3, pupils=99, guardian_agreed=True)
    assert not may_use_school_point(villages_served=3, pupils=100, guardian_agreed=False)
