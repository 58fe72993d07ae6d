"""The score: gates, points, and reasons whose sum it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.matching import (
    AGES,
    FORMS,
    KINDS,
    PARTS,
    Asks,
    Gate,
    Giver,
    Reason,
    Standing,
    Stated,
    Subject,
    Term,
    fit,
    fit_reasons,
    gates,
    lift,
    lift_reasons,
    place_in_line,
    reasons,
    region_lags,
    score,
    share_filled,
    shown_reasons,
    time_used,
)

COUNTIES = ("510101", "510203", "990101")
parts = st.integers(0, PARTS)
donors = st.builds(
    Stated,
    places=st.lists(st.sampled_from(["51", "5101", "510101", "99", "510101203"]), max_size=2).map(tuple),
    kinds=st.frozensets(st.sampled_from(KINDS), max_size=3),
    forms=st.frozensets(st.sampled_from(FORMS), max_size=2),
    ages=st.frozensets(st.sampled_from(AGES), max_size=2),
    need=st.one_of(st.none(), st.integers(0, 2)),
)
wishes = st.builds(
    Subject,
    id=st.integers(1, 10**6),
    county=st.sampled_from(COUNTIES),
    kind=st.sampled_from(KINDS),
    form=st.sampled_from(FORMS),
    age=st.sampled_from(AGES),
    need=st.integers(1, 3),
)
standings = st.builds(
    Standing, used=parts, filled=parts, has_helper=st.booleans(), seen=st.integers(0, 9000), lag=st.integers(0, PARTS)
)

BAG = Subject(id=1, county="510101", kind="school-bag", form="goods", age="primary", need=3)
FRESH = Standing(used=0, filled=0, has_helper=False, seen=0, lag=0)


@given(donors, wishes, standings)
def test_the_reasons_sum_to_the_score(stated: Stated, subject: Subject, standing: Standing) -> None:
    found = reasons(stated, subject, standing)
    assert sum(reason.points for reason in found) == score(stated, subject, standing)
    assert {reason.term for reason in found} == set(Term)
    assert 0 <= fit(stated, subject) <= 1000
    assert list(found) == sorted(found, key=lambda reason: -reason.points)


@given(donors, wishes, standings)
def test_shown_reasons_are_true_of_the_card(stated: Stated, subject: Subject, standing: Standing) -> None:
    shown = shown_reasons(reasons(stated, subject, standing))
    assert len(shown) <= 3
    assert all(reason.holds and reason.points > 0 for reason in shown)
    if not stated.kinds:
        assert Term.KIND not in {reason.term for reason in shown}


def test_what_was_left_open_counts_half() -> None:
    assert fit(Stated(), BAG) == 500
    assert [reason.points for reason in fit_reasons(Stated(), BAG)] == [175, 125, 75, 50, 75]


def test_all_that_agrees_is_a_thousand_and_nothing_that_does_is_none() -> None:
    all_of_it = Stated(
        places=("99", "51"),
        kinds=frozenset({"school-bag", "coat"}),
        forms=frozenset({"goods"}),
        ages=frozenset({"primary"}),
        need=2,
    )
    assert fit(all_of_it, BAG) == 1000
    other = Subject(id=2, county="110101", kind="lessons", form="service", need=1)
    assert fit(replace(all_of_it, need=0), other) == 0


def test_a_village_counts_as_its_county() -> None:
    assert fit_reasons(Stated(places=("510101203001",)), BAG)[0] == Reason(Term.PLACE, 350, holds=True)


def test_the_lift_is_the_table_in_numbers() -> None:
    found = lift_reasons(2, Standing(used=500, filled=400, has_helper=True, seen=1500, lag=100))
    assert [(reason.term, reason.points) for reason in found] == [
        (Term.PACE, 12),
        (Term.FINISH, 30),
        (Term.FIRST_HELPER, 0),
        (Term.FIRST_LOOK, 175),
        (Term.REGION_LAG, 40),
    ]
    assert lift(3, Standing(used=1000, filled=0, has_helper=False, seen=3000, lag=0)) == 515
    assert lift(3, FRESH) == 0


@pytest.mark.parametrize(("used", "points"), [(0, 0), (10, 70), (25, 175), (50, 350), (51, 350), (1000, 350)])
def test_nobody_is_owed_a_look_at_once(used: int, points: int) -> None:
    unseen = Standing(used=used, filled=0, has_helper=False, seen=0, lag=0)
    assert {reason.term: reason.points for reason in lift_reasons(1, unseen)}[Term.FIRST_LOOK] == points


def test_each_gate_shuts_alone() -> None:
    dear = replace(BAG, unit_fen=5000, asks=Asks.VETTED, household=7)
    able = Giver(budget_fen=5000, has=Asks.VETTED | Asks.REAL_NAME)
    assert gates(dear, able, is_open=True, units_left=1) == ()
    assert gates(dear, able, is_open=False, units_left=1) == (Gate.NOT_OPEN,)
    assert gates(dear, able, is_open=True, units_left=0) == (Gate.NO_UNITS_LEFT,)
    assert gates(dear, replace(able, units=2), is_open=True, units_left=2) == ()
    assert gates(dear, replace(able, units=3), is_open=True, units_left=2) == (Gate.NO_UNITS_LEFT,)
    assert gates(dear, replace(able, budget_fen=4999), is_open=True, units_left=1) == (Gate.BUDGET,)
    assert gates(dear, replace(able, has=Asks.REAL_NAME), is_open=True, units_left=1) == (Gate.NOT_ALLOWED,)
    assert gates(dear, replace(able, households=frozenset({7})), is_open=True, units_left=1) == (Gate.OWN_HOUSEHOLD,)


def test_ties_go_to_the_older_then_to_the_smaller_number() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    later = day + timedelta(days=1)
    line = [(600, later, 1), (500, day, 4), (500, later, 2), (500, later, 3)]
    assert sorted(line, key=lambda row: place_in_line(*row)) == line


def test_shares_stay_between_nothing_and_all() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    end = start + timedelta(days=10)
    days = (-1, 0, 5, 10, 99)
    assert [time_used(start, end, start + timedelta(days=day)) for day in days] == [0, 0, 500, 1000, 1000]
    assert [share_filled(wanted=4, taken=taken) for taken in (0, 1, 4)] == [0, 250, 1000]


def test_a_region_behind_the_others_has_a_lag_and_one_ahead_has_none() -> None:
    assert region_lags([("51", 800, 0), ("51", 600, 0), ("99", 500, 500)]) == {"51": 234, "99": 0}
    assert region_lags([]) == {}
