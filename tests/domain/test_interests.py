"""What a donor may state, and what stays open."""

from dataclasses import replace

import pytest

from charity.domain.catalogue import CATEGORIES
from charity.domain.errors import Invalid
from charity.domain.interests import (
    AGES_OFFERED,
    MOST_BUDGET_FEN,
    MOST_UNITS,
    NOTHING,
    Interests,
    kinds_offered,
    may_state,
    with_place,
    without_place,
)
from charity.domain.matching import AGES, FORMS, KINDS, Stated, fit
from tests.domain.test_matching import BAG

FULL = Interests(
    stated=Stated(
        places=("99", "5101", "530102"),
        kinds=frozenset({"school-bag", "coat"}),
        forms=frozenset({"goods"}),
        ages=frozenset({"primary"}),
        need=2,
    ),
    budget_fen=120_00,
    units=4,
)


def test_everything_may_stay_open() -> None:
    may_state(NOTHING)
    may_state(FULL)
    assert NOTHING.is_empty
    assert not replace(NOTHING, budget_fen=1).is_empty
    assert not FULL.is_empty


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"places": ("11", "12", "13", "14")}, "too-many-places"),
        ({"places": ("990101001",)}, "region-unknown"),  # a township would tell more than the wall does
        ({"places": ("99x",)}, "region-unknown"),
        ({"kinds": frozenset({"yacht"})}, "category-unknown"),
        ({"kinds": frozenset({"other-goods"})}, "category-unknown"),  # an odd thing
        ({"forms": frozenset({"money"})}, "kind-unknown"),
        ({"ages": frozenset({""})}, "stage-unknown"),
        ({"need": 3}, "need-weight-unknown"),
        ({"need": -1}, "need-weight-unknown"),
    ],
)
def test_what_nobody_offers_cannot_be_stated(change: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        may_state(Interests(stated=replace(Stated(), **change)))


def test_what_was_chosen_stays_when_it_is_retired_and_nobody_chooses_it_anew() -> None:
    coat = Interests(stated=Stated(kinds=frozenset({"coat"})))
    things = CATEGORIES | {"coat": replace(CATEGORIES["coat"], is_offered=False)}
    assert "coat" not in kinds_offered(things)
    may_state(coat, things=things, chosen=("coat",))
    with pytest.raises(Invalid, match="category-unknown"):
        may_state(coat, things=things)


def test_what_is_stated_has_room_where_it_is_kept() -> None:
    added = {f"{number:02}-{'x' * 21}": CATEGORIES["coat"] for number in range(25)}
    things = {code: replace(it, code=code) for code, it in added.items()}
    may_state(Interests(stated=Stated(kinds=frozenset(sorted(things)[:24]))), things=things)
    with pytest.raises(Invalid, match="too-many-kinds"):
        may_state(Interests(stated=Stated(kinds=frozenset(things))), things=things)
    may_state(Interests(stated=Stated(kinds=frozenset(kinds_offered(CATEGORIES)))))  # all that is built in


@pytest.mark.parametrize("units", [0, -1, MOST_UNITS + 1])
def test_a_number_given_at_once_has_bounds(units: int) -> None:
    with pytest.raises(Invalid, match="units-at-once-out-of-range"):
        may_state(Interests(units=units))


@pytest.mark.parametrize("budget", [0, -5, MOST_BUDGET_FEN + 1])
def test_a_budget_is_an_amount(budget: int) -> None:
    with pytest.raises(Invalid, match="budget-out-of-range"):
        may_state(Interests(budget_fen=budget))


def test_places_hold_no_other_place() -> None:
    known = with_place(with_place(NOTHING, "9901"), "990102")
    assert known.stated.places == ("9901",)
    wider = with_place(with_place(known, "11"), "99")
    assert wider.stated.places == ("11", "99")
    assert without_place(wider, "11").stated.places == ("99",)
    assert without_place(wider, "12") == wider


def test_what_can_be_stated_is_what_the_score_knows() -> None:
    assert set(kinds_offered(CATEGORIES)) < set(KINDS)
    assert set(AGES_OFFERED) < set(AGES)
    assert FULL.stated.forms < set(FORMS)
    assert fit(NOTHING.stated, BAG) == 500  # silence counts half
