"""Hours with children in a circle: seen, and joined, only as long as a child of the family and its elders allow it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Conflict, Refused
from charity.jobs.clocks import settle_desks
from charity.models.households import Consent, Member
from charity.queries.circles.review import get_circle_review
from charity.services.circles import propose, seats
from charity.services.pledges import confirm, plan, receive, send
from charity.services.register.records import ConsentGiven, record_consents
from tests.kit import hours as h
from tests.kit import ring as r
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


@pytest.fixture
def school(at: Ground) -> h.School:
    return h.add_school(at.village)


def elders_say(at: Ground, *, granted: bool, purpose: Purpose = Purpose.PUBLISH_WISH) -> None:
    """Record what the child's elders say."""
    end_reading()
    ref = reading().get_one(Member, at.village.family.child_id).ref
    end_reading()
    word = ConsentGiven(purpose=purpose, is_granted=granted, given_by=GivenBy.PARENT, child_agrees=granted)
    record_consents(at.village.volunteer, at.village.family.ref, ref, given=(word,))


def lessons(at: Ground, school: h.School) -> str:
    """Bring a circle that teaches to its first month."""
    for donor in at.donors[:3]:
        h.vet(at.village, donor)
    return r.running(at, at.donors[:2], promise=r.hours(school.point, subject="maths", adult=h.TEACHER))


def seen(ref: str) -> tuple[bool, list[bool]]:
    return r.circle(ref).hidden_at is None, [wish.hidden_at is None for wish in r.wishes(ref)]


@pytest.mark.parametrize("purpose", [Purpose.PUBLISH_WISH, Purpose.SCHOOL_POINT])
def test_lessons_go_out_of_sight_with_the_childs_yes_and_what_runs_is_finished(
    at: Ground, school: h.School, travel: Travel, purpose: Purpose
) -> None:
    ref = lessons(at, school)
    travel(r.MAY)
    r.turn()
    gift = r.gifts(ref)[0]
    plan.plan(at.donors[0], gift.ref, day=h.today() + timedelta(days=2))
    assert seen(ref) == (True, [True])
    elders_say(at, granted=False, purpose=purpose)
    assert seen(ref) == (False, [False])
    with pytest.raises(Refused):
        seats.join(at.donors[2], ref)
    travel(now() + timedelta(days=2))
    send.send(at.donors[0], gift.ref)
    receive.hand_over(school.keeper, gift.ref, second_adult=h.TEACHER)
    confirm.confirm(at.village.reviewer, gift.ref, basis="call-back")
    travel(r.JUNE)
    r.turn()
    assert len(r.wishes(ref)) == 1
    elders_say(at, granted=True, purpose=purpose)
    r.turn()
    assert seen(ref) == (True, [False, True])
    assert r.agrees() == 1


def test_lessons_go_out_of_sight_when_the_childs_yes_runs_out_and_the_heads_does_not(
    at: Ground, school: h.School, travel: Travel
) -> None:
    ref = lessons(at, school)
    travel(r.MAY)
    r.turn()
    settle_desks()
    assert seen(ref) == (True, [True])
    with transaction() as tx:
        theirs = update(Consent).where(Consent.member_id == at.village.family.child_id)
        tx.session.execute(theirs.values(valid_until=h.today() - timedelta(days=1)))
    settle_desks()
    assert seen(ref) == (False, [False])
    assert settle_desks().get("consents", 0) == 0


def test_lessons_are_not_agreed_to_without_the_child(at: Ground, school: h.School) -> None:
    ref = r.proposed(at, promise=r.hours(school.point, subject="maths", adult=h.TEACHER))
    assert get_circle_review(at.village.reviewer, ref).is_agreed
    end_reading()
    elders_say(at, granted=False)
    with pytest.raises(Conflict, match="circle-consent-missing"):
        propose.approve(at.village.reviewer, ref)
    assert not get_circle_review(at.village.reviewer, ref).is_agreed


def test_hours_with_grown_ups_ask_no_child(at: Ground, school: h.School, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2], promise=r.hours(school.town_point))
    travel(r.MAY)
    r.turn()
    elders_say(at, granted=False)
    settle_desks()
    assert seen(ref) == (True, [True])
