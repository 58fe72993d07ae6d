"""The wall narrowed to what a donor said he can teach or do: his alone, in the same order, at no cost to others."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from charity.adapters import db
from charity.adapters.db import end_reading, transaction
from charity.domain.actors import VISITOR, AccountKind
from charity.domain.errors import SignInNeeded
from charity.domain.service import Mode, Terms
from charity.domain.wishes import BeneficiaryKind
from charity.models.service import ServiceTerms
from charity.queries.skills import list_teachable
from charity.queries.wall import WallFilters, list_wall
from charity.services import skills
from tests.kit import hours as h
from tests.kit import village as v
from tests.kit.visits import signed_in
from tests.safety.test_api import Program, refused

CHILD, HOUSEHOLD, SITE = BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD, BeneficiaryKind.SITE
ABLE = WallFilters(able=True)


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


def on_wall(who: v.Actor, **filters: object) -> list[str]:
    end_reading()
    found, cursor = [], None
    while True:  # one card a page: the order goes on where it stopped
        page = list_wall(who, v.replace(ABLE, **filters), cursor, limit=1)
        found += [card.ref for card in page.cards]
        cursor = page.next
        if cursor is None:
            end_reading()
            return found


def test_only_what_fits_and_may_be_claimed_is_on_the_wall(place: v.Village) -> None:
    school = h.add_school(place)
    lessons = h.published(place, CHILD, school.point)
    outside = h.published(place, SITE, school.town_point)
    repairs = h.published(place, HOUSEHOLD, school.town_point)
    v.published(place, v.BOOKS)
    assert on_wall(place.donor) == []  # who said nothing has no such wall
    skills.state(place.donor, subjects=["maths", "repairs"])
    assert on_wall(place.donor) == [lessons, repairs]  # nobody but a team may teach outside a school
    team = v.replace(place.donor, kind=AccountKind.ORGANISATION)
    assert set(on_wall(team)) == {lessons, outside, repairs}
    assert on_wall(place.donor, longest=True) == [lessons, repairs]
    assert on_wall(place.donor, kind="goods") == []
    assert on_wall(place.donor, region=v.COUNTY[:4]) == [lessons, repairs]
    end_reading()
    words = list_wall(place.donor, v.replace(ABLE, q=title_of(place, repairs))).cards
    assert [card.ref for card in words] == [repairs]
    skills.state(place.donor, subjects=["maths", "repairs"], modes=["remote"])
    assert on_wall(place.donor) == []
    skills.state(place.volunteer, subjects=["maths", "repairs"])
    assert on_wall(place.volunteer) == []  # his own, and his village's
    end_reading()
    with pytest.raises(SignInNeeded):
        list_wall(VISITOR, ABLE)


def title_of(place: v.Village, ref: str) -> str:
    end_reading()
    return next(card.title for card in list_wall(place.donor).cards if card.ref == ref)


def fits(days: set[int], first: date, last: date, today: date) -> bool:
    """Say day by day what the database is asked at once."""
    asked = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    here = [day for day in asked if day >= today]
    return bool(here) and (not days or any(day.isoweekday() in days for day in here))


def test_days_of_the_week_are_what_counting_every_day_says(place: v.Village) -> None:
    school, today, chance = h.add_school(place), h.today(), random.Random(7)
    wish = h.published(
        place, HOUSEHOLD, school.town_point, Terms(subject="repairs", mode=Mode.ON_SITE, first_on=today, last_on=today)
    )
    for _ in range(60):
        first = today + timedelta(days=chance.randint(-9, 12))
        last = first + timedelta(days=chance.choice([0, 1, 2, 3, 5, 6, 7, 30]))
        days = set(chance.sample(range(1, 8), chance.randint(0, 3)))
        with transaction() as tx:
            tx.session.query(ServiceTerms).update({"first_on": first, "last_on": last})
        skills.state(place.donor, subjects=["repairs"], weekdays=days)
        expected = [wish] if fits(days, first, last, today) else []
        assert on_wall(place.donor) == expected, (days, first, last, today)
        assert [card.ref for card in list_teachable(place.donor)] == expected
    end_reading()


@pytest.fixture
def asked() -> Iterator[list[str]]:
    told: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    event.listen(db.db.engine, "before_cursor_execute", note)
    yield told
    event.remove(db.db.engine, "before_cursor_execute", note)


@pytest.mark.backends("sqlite")
def test_the_plain_wall_asks_nothing_more(app: Flask, place: v.Village, asked: list[str]) -> None:
    h.published(place, HOUSEHOLD, h.add_school(place).town_point)
    skills.state(place.donor, subjects=["repairs"])
    donor, visitor = signed_in(app, place.donor), app.test_client()
    for client in (donor, visitor):
        client.get("/wishes")
        asked.clear()
        assert client.get("/wishes?longest=1").status_code == 200
        plain = len(asked)
        assert not [one for one in asked if " skills" in one or "service_terms" in one]
        if client is donor:
            asked.clear()
            assert client.get("/wishes?able=1").status_code == 200
            assert len(asked) <= plain  # what he said is read in the same question


@pytest.mark.backends("sqlite")
def test_the_page_offers_it_to_who_is_signed_in(app: Flask, place: v.Village) -> None:
    school = h.add_school(place)
    repairs = h.published(place, HOUSEHOLD, school.town_point)
    other = v.published(place)
    donor, visitor = signed_in(app, place.donor), app.test_client()
    assert 'name="able"' in donor.get("/wishes").text
    assert 'name="able"' not in visitor.get("/wishes").text
    assert 'href="/account/skills"' in donor.get("/wishes?able=1").text  # nothing said yet: here it can be
    skills.state(place.donor, subjects=["repairs"])
    shown = donor.get("/wishes?able=1").text
    assert f"/wishes/{repairs}" in shown
    assert f"/wishes/{other}" not in shown
    assert 'value="1" checked' in shown
    refused_page = visitor.get("/wishes?able=1")
    assert refused_page.status_code == 422
    assert 'role="alert"' in refused_page.text


@pytest.mark.backends("sqlite")
def test_programs_ask_the_same(app: Flask, place: v.Village) -> None:
    repairs = h.published(place, HOUSEHOLD, h.add_school(place).town_point)
    v.published(place)
    program = Program(app, place.donor)
    assert program.get("/wishes?able=true").json == {"items": [], "next": None}
    skills.state(place.donor, subjects=["repairs"])
    found = program.get("/wishes?able=true").json
    assert found is not None
    assert [item["id"] for item in found["items"]] == [repairs]
    refused(app.test_client().get("/api/v1/wishes?able=true"), 401)
