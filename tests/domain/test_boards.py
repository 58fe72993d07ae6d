from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.boards import (
    Confirmation,
    Display,
    Metric,
    as_facts,
    boards_of,
    bounds_of,
    is_self_dealing,
    lines_for_confirmation,
    may_have_board,
    parse_metric,
    parse_period,
    regions_of,
    restore,
    reverse,
)
from charity.domain.entries import BoardLine
from charity.domain.errors import Invalid
from charity.domain.kinds import Kind


def _confirmation(**changed):
    facts = {
        "kind": Kind.GOODS,
        "units": 2,
        "amount_fen": 100_00,
        "display": Display.NICKNAME,
        "pseudonym": "p" * 13,
        "county": "990101",
        "confirmed_at": datetime(2026, 5, 31, 16, tzinfo=UTC),
        "is_first_of_wish": True,
        "counted_this_month": 0,
        "is_self_dealing": False,
    } | changed
    return Confirmation(**facts)


def test_a_first_confirmation_counts_one_wish_however_many_units():
    assert lines_for_confirmation(_confirmation()) == (BoardLine("p" * 13, "990101", "wishes", "2026-06", 1),)


def test_what_adds_no_wish():
    assert lines_for_confirmation(_confirmation(is_first_of_wish=False)) == ()
    assert lines_for_confirmation(_confirmation(is_self_dealing=True)) == ()
    assert lines_for_confirmation(_confirmation(counted_this_month=3)) == ()
    assert len(lines_for_confirmation(_confirmation(counted_this_month=2))) == 1


def test_an_anonymous_gift_counts_without_a_pseudonym():
    (line,) = lines_for_confirmation(_confirmation(display=Display.ANONYMOUS))
    assert line.pseudonym is None
    assert line.value == 1


def test_hours_and_purchases_are_sums_beside_the_wish():
    service = lines_for_confirmation(_confirmation(kind=Kind.SERVICE, units=3, is_first_of_wish=False))
    assert [(line.metric, line.value) for line in service] == [("hours", 3)]
    produce = lines_for_confirmation(_confirmation(kind=Kind.PRODUCE))
    assert [(line.metric, line.value) for line in produce] == [("wishes", 1), ("purchases", 100_00)]


LINES = st.lists(
    st.builds(
        BoardLine,
        st.one_of(st.none(), st.sampled_from(["a" * 13, "b" * 13])),
        st.sampled_from(["990101", "990102", "990201"]),
        st.sampled_from([metric.value for metric in Metric]),
        st.sampled_from(["2026-05", "2026-06", "2027-01"]),
        st.integers(1, 500),
    ),
    max_size=6,
)


def _sums(*groups):
    sums = Counter()
    for line in (line for lines in groups for line in lines):
        for board in boards_of(line):
            sums[board, line.pseudonym] += line.value
    return {key: value for key, value in sums.items() if value}


@given(LINES)
def test_a_reversal_takes_exactly_what_was_given_and_restoring_gives_exactly_that_back(lines):
    taken = reverse(lines)
    assert _sums(lines, taken) == {}
    assert _sums(lines, taken, restore(taken)) == _sums(lines)
    assert as_facts(lines) == as_facts(taken)


def test_a_line_counts_in_every_region_above_it_and_every_period():
    line = BoardLine(None, "990101", "wishes", "2026-05", 1)
    texts = {board.text for board in boards_of(line)}
    assert len(texts) == 12
    assert {"wishes:0:all", "wishes:99:2026", "wishes:9901:2026-05", "wishes:990101:all"} <= texts
    assert regions_of("9901") == ("", "99", "9901")


def test_periods_and_metrics_are_checked():
    assert parse_period("all") == "all"
    assert bounds_of(parse_period("all")) is None
    start, end = bounds_of(parse_period("2026-05"))
    assert (start, end) == (datetime(2026, 4, 30, 16, tzinfo=UTC), datetime(2026, 5, 31, 16, tzinfo=UTC))
    assert bounds_of(parse_period("2026"))[0] == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert parse_metric("hours") is Metric.HOURS
    for text in ("", "26", "2026-13", "2026-5", "2026-05-01", "All"):
        with pytest.raises(Invalid, match="period-shape"):
            parse_period(text)
    with pytest.raises(Invalid, match="metric-unknown"):
        parse_metric("clicks")


def test_boards_end_at_the_county():
    may_have_board("")
    may_have_board("990101")
    with pytest.raises(Invalid, match="board-below-county"):
        may_have_board("990101001")


def test_self_dealing():
    assert is_self_dealing(donor_digests=[b"a", b"b"], member_digests=[b"b"])
    assert not is_self_dealing(donor_digests=[b"a"], member_digests=[b"b"])
    village = "990101001002"
    for code, expected in ((village, True), ("990101001", True), ("990101", False), ("990101001003", False)):
        dealt = is_self_dealing(donor_digests=[], member_digests=[], donor_roles_in=[code], village=village)
        assert dealt is expected
