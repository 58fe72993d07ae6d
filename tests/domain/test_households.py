from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.errors import Conflict, Invalid
from charity.domain.households import (
    CATEGORY_MONTHS,
    FACTS,
    MAY_HAVE_WISHES,
    MOVES,
    Category,
    FactGroup,
    FactType,
    LifeAct,
    LifeState,
    facts_of,
    get_fact,
    is_fresh,
    months_later,
    next_life,
    normal_value,
)


def test_six_groups_with_facts_whose_keys_are_unique_and_fit_their_columns():
    assert len(FactGroup) == 6
    assert all(facts_of(group) for group in FactGroup)
    assert len({fact.key for fact in FACTS}) == len(FACTS)
    assert all(len(fact.key) <= 24 and len(fact.group.value) <= 16 and fact.months > 0 for fact in FACTS)
    assert all(bool(fact.choices) == (fact.type is FactType.CHOICE) for fact in FACTS)
    assert set(CATEGORY_MONTHS) == set(Category)


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("income-per-head", " 0450000 ", "450000"),
        ("housing", "unsafe", "unsafe"),
        ("illness", "yes", "yes"),
        ("plan", " keeps bees ", "keeps bees"),
    ],
)
def test_values_have_one_form(key, value, kept):
    assert normal_value(key, value) == kept


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("income-per-head", "-5"),
        ("income-per-head", "9" * 20),
        ("housing", "castle"),
        ("illness", "maybe"),
        ("plan", " "),
    ],
)
def test_values_of_another_type_are_refused(key, value):
    with pytest.raises(Invalid, match="fact-value"):
        normal_value(key, value)
    with pytest.raises(Invalid, match="fact-unknown"):
        get_fact("shoe-size-of-the-dog")


def test_months_end_where_the_month_ends():
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_later(date(2026, 12, 15), 12) == date(2027, 12, 15)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 60))
def test_a_month_later_is_never_more_than_a_month_away(day, months):
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


def test_facts_age():
    assert is_fresh("illness", date(2025, 5, 4), date(2026, 5, 4))
    assert not is_fresh("illness", date(2025, 5, 4), date(2026, 5, 5))


def test_the_life_of_a_card_is_a_circle_without_dead_ends():
    seen = {LifeState.IDENTIFIED}
    while more := {after for (before, _), after in MOVES.items() if before in seen} - seen:
        seen |= more
    assert seen == set(LifeState)
    assert {before for before, _ in MOVES} == set(LifeState)
    assert {act for _, act in MOVES} == set(LifeAct)
    assert LifeState.IDENTIFIED not in MAY_HAVE_WISHES
    assert next_life(LifeState.FOLLOWED_UP, LifeAct.RELAPSE) is LifeState.RELAPSE
    with pytest.raises(Conflict, match="not-in-this-state"):
        next_life(LifeState.IDENTIFIED, LifeAct.GRADUATE)
