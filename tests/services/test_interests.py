"""Stated interests: kept, changed, deleted, given to nobody but their owner and the score."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import VISITOR
from charity.domain.errors import Invalid, Missing, SignInNeeded
from charity.domain.interests import NOTHING
from charity.domain.matching import Stated
from charity.models.interests import Interest
from charity.queries.accounts import get_own_data
from charity.queries.interests import find_interests, find_stated, get_own_interests
from charity.services import accounts, interests
from tests.kit import people
from tests.services import town as t
from tests.services.town import MONDAY


@pytest.fixture
def donor(app: Flask, travel: Callable[[datetime], None]) -> t.Actor:
    travel(MONDAY)
    people.put_demo_regions()
    return t.person()


def rows() -> int:
    end_reading()
    return reading().scalar(select(func.count()).select_from(Interest)) or 0


def stated(actor: t.Actor) -> Stated:
    end_reading()
    return find_stated(actor.account_id)


def test_what_is_stated_is_what_the_score_takes(donor: t.Actor) -> None:
    assert stated(donor) == Stated()
    interests.state(donor, kinds=["school-bag", "coat"], forms=["goods"], ages=["primary"], need=2, budget_fen=120_00)
    interests.add_place(donor, "990101")
    interests.add_place(donor, "99")  # takes the county in
    assert stated(donor) == Stated(
        places=("99",),
        kinds=frozenset({"school-bag", "coat"}),
        forms=frozenset({"goods"}),
        ages=frozenset({"primary"}),
        need=2,
    )
    assert find_interests(donor.account_id).budget_fen == 120_00
    assert stated(t.person()) == Stated()  # nobody else's


def test_everything_can_be_changed_and_opened_again(donor: t.Actor) -> None:
    interests.add_place(donor, "9901")
    interests.state(donor, kinds=["coat"], need=0)
    interests.state(donor, ages=["junior"])
    assert stated(donor) == Stated(places=("9901",), ages=frozenset({"junior"}))
    interests.state(donor)
    assert rows() == 1
    interests.remove_place(donor, "9901")
    assert rows() == 0  # who states nothing leaves no row
    with pytest.raises(Missing):
        interests.remove_place(donor, "9901")


@pytest.mark.parametrize("region", ["990101001", "98", "", "99x"])
def test_only_known_places_of_county_size_or_larger(donor: t.Actor, region: str) -> None:
    with pytest.raises(Invalid, match="region-unknown"):
        interests.add_place(donor, region)
    assert rows() == 0


def test_a_visitor_states_nothing(donor: t.Actor) -> None:
    for work in (
        lambda: interests.state(VISITOR),
        lambda: interests.forget(VISITOR),
        lambda: get_own_interests(VISITOR),
    ):
        with pytest.raises(SignInNeeded):
            work()


def test_forgetting_taking_away_and_closing(donor: t.Actor) -> None:
    owner = people.signed_up()
    for actor in (owner, donor):
        interests.state(actor, kinds=["coat"], budget_fen=50_00)
    (taken,) = get_own_data(owner)["interests"]
    assert (taken["kinds"], taken["budget_fen"], taken["need"]) == ("coat", 50_00, None)
    end_reading()
    accounts.close(owner, password=people.PASSWORD)
    assert rows() == 1
    assert find_interests(owner.account_id) == NOTHING
    interests.forget(donor)
    interests.forget(donor)
    assert rows() == 0
