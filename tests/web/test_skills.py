"""What a donor says he can do: told to nobody, and what follows from it on his pages and in the pool."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR
from charity.domain.errors import Invalid, SignInNeeded
from charity.domain.intentions import Intention
from charity.domain.service import Mode, Terms
from charity.domain.wishes import BeneficiaryKind
from charity.jobs import intentions as pool
from charity.models.accounts import Account
from charity.models.intentions import IntentOffer
from charity.models.service import Skill
from charity.models.wishes import Wish
from charity.queries import skills as teachable
from charity.queries.skills import list_teachable
from charity.services import skills
from charity.services.accounts import closing
from charity.services.pledges import intentions
from tests.kit import hours as h
from tests.kit import village as v
from tests.kit.visits import post, signed_in

PAGE = "/account/skills"
CHILD, HOUSEHOLD = BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


def fitting(place: v.Village) -> list[str]:
    end_reading()
    return [card.ref for card in list_teachable(place.donor)]


def test_only_what_fits_is_shown(place: v.Village) -> None:
    school = h.add_school(place)
    lessons = h.published(place, CHILD, school.point)
    outside = h.published(place, BeneficiaryKind.SITE, school.town_point)
    repairs = h.published(place, HOUSEHOLD, school.town_point)
    assert fitting(place) == []
    skills.state(place.donor, subjects=["maths"])
    assert fitting(place) == [lessons]  # nobody but a team may teach outside a school
    assert outside not in fitting(place)
    skills.state(place.donor, subjects=["maths", "repairs"])
    assert fitting(place) == [lessons, repairs]
    skills.state(place.donor, subjects=["maths", "repairs"], modes=["remote"])
    assert fitting(place) == []
    end_reading()
    assert list_teachable(place.volunteer) == ()
    with pytest.raises(SignInNeeded):
        list_teachable(VISITOR)


def test_days_of_the_week_count_where_few_days_are_asked_for(place: v.Village) -> None:
    today = h.today()
    school = h.add_school(place)
    tomorrow = Terms(subject="repairs", mode=Mode.ON_SITE, first_on=today, last_on=today)
    wish = h.published(place, HOUSEHOLD, school.town_point, tomorrow)
    skills.state(place.donor, subjects=["repairs"], weekdays=[today.isoweekday()])
    assert fitting(place) == [wish]
    skills.state(place.donor, subjects=["repairs"], weekdays=[today.isoweekday() % 7 + 1])
    assert fitting(place) == []


def test_what_fits_is_found_behind_what_does_not(place: v.Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teachable, "MOST", 1)
    school = h.add_school(place)
    today = h.today()
    only_today = Terms(subject="repairs", mode=Mode.ON_SITE, first_on=today, last_on=today)
    h.published(place, HOUSEHOLD, school.town_point, only_today)
    later = h.published(place, CHILD, school.point)
    skills.state(place.donor, subjects=["repairs", "maths"], weekdays=[today.isoweekday() % 7 + 1])
    assert fitting(place) == [later]


def test_the_pool_offers_no_hours_beyond_what_somebody_can_do(place: v.Village) -> None:
    school = h.add_school(place)
    repairs = h.published(place, HOUSEHOLD, school.town_point)
    wanted = Intention(kind="service", most_fen=100_00, units=1, until=h.today() + timedelta(days=30))
    skills.state(place.donor, subjects=["haircut"])
    intentions.leave(place.donor, intention=wanted)
    pool.tend()
    offered = select(Wish.ref).join(IntentOffer, IntentOffer.wish_id == Wish.id)
    end_reading()
    assert reading().scalars(offered).all() == []
    skills.state(place.donor, subjects=["haircut", "repairs"])
    intentions.leave(place.donor, intention=wanted)
    pool.tend()
    end_reading()
    assert set(reading().scalars(offered)) == {repairs}


def test_what_the_site_does_not_know_is_refused(place: v.Village) -> None:
    for stated, code in (
        ({"subjects": []}, "skills-missing"),
        ({"subjects": ["magic"]}, "subject-unknown"),
        ({"subjects": ["maths"], "modes": ["by-night"]}, "mode-unknown"),
        ({"subjects": ["maths"], "weekdays": [8]}, "weekday-unknown"),
        ({"subjects": ["maths"], "hours": 201}, "hours-at-once-out-of-range"),
    ):
        with pytest.raises(Invalid, match=code):
            skills.state(place.donor, **stated)


@pytest.mark.backends("sqlite")
def test_stating_seeing_and_deleting_on_the_pages(app: Flask, place: v.Village) -> None:
    school = h.add_school(place)
    repairs = h.published(place, HOUSEHOLD, school.town_point)
    client = signed_in(app, place.donor)
    assert PAGE in client.get("/account").text
    assert PAGE in client.get("/giving/hours?lang=en").text
    assert post(client, PAGE, {"subjects": [], "modes": ["remote"]}).status_code == 422
    done = post(client, PAGE, {"subjects": ["repairs"], "weekdays": ["6"], "hours": "3"})
    assert (done.status_code, done.location) == (302, "/giving/hours")
    for page in ("/giving", "/giving/hours"):
        assert repairs in client.get(page).text
    assert 'value="3"' in client.get(f"/wishes/{repairs}/claim").text
    assert client.get(PAGE).text.count(" checked") == 2
    assert repairs not in signed_in(app, place.second).get("/giving").text
    assert post(client, f"{PAGE}/forget", shown_at=PAGE).status_code == 303
    assert repairs not in client.get("/giving").text


def test_a_closed_account_has_no_skills(place: v.Village) -> None:
    skills.state(place.donor, subjects=["repairs"])
    with transaction() as tx:
        closing.wipe(tx, tx.session.get_one(Account, place.donor.account_id))
    end_reading()
    assert reading().scalars(select(Skill)).all() == []
