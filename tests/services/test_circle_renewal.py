"""Another term for those who came when the others had been asked already; on both databases."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import SYSTEM, Actor
from charity.domain.errors import Refused
from charity.models.outbox import Notice
from charity.services.circles import clocks, group_seats, household, propose, seats
from tests.kit import classes as c
from tests.kit import ring as r
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]
ASKED = datetime.fromisoformat("2026-06-02T02:00:00+00:00")
JULY = datetime.fromisoformat("2026-07-10T02:00:00+00:00")
OCTOBER = datetime.fromisoformat("2026-10-02T02:00:00+00:00")
AUGUST = datetime.fromisoformat("2026-08-01T02:00:00+00:00")


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def questions(who: Actor, kind: str = "circle-renewal") -> int:
    end_reading()
    asked = select(Notice.id).where(Notice.account_id == who.account_id, Notice.kind == kind)
    return len(reading().scalars(asked).all())


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        work()
    end_reading()
    return caught.value.code


def agree_all(at: Ground, ref: str, donors: tuple[Actor, ...]) -> None:
    for donor in donors:
        seats.renew(donor, ref, agrees=True)
    household.record_renewal(at.village.volunteer, ref, agrees=True)
    propose.approve_term(at.village.second, ref)


def test_who_joins_after_the_others_were_asked_is_asked_too_and_goes_on(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2], months=3)
    travel(ASKED)
    r.turn()
    seats.join(at.donors[2], ref)
    assert [questions(donor) for donor in at.donors[:3]] == [1, 1, 1]
    agree_all(at, ref, at.donors[:3])
    travel(AUGUST)
    r.turn()
    assert (r.circle(ref).term, r.states(ref)) == (2, ["active"] * 3)
    assert r.agrees() == 1


def test_a_deputy_who_takes_a_seat_over_is_asked_too(at: Ground, travel: Travel) -> None:
    founder, deputy, other = at.donors[:3]
    group, ref = c.seated(at, months=3)
    travel(ASKED)
    r.turn()
    seats.renew(founder, ref, agrees=True)
    assert [questions(who) for who in (founder, deputy)] == [1, 0]
    group_seats.hand_over(founder, group)
    assert questions(deputy) == 1
    assert r.seat_of(ref, deputy).renews is None  # his own word counts
    agree_all(at, ref, (deputy, other))
    travel(AUGUST)
    r.turn()
    assert (r.circle(ref).term, r.seat_of(ref, deputy).state) == (2, "active")
    assert r.agrees() == 1


def test_a_deputy_is_not_asked_about_a_seat_that_is_being_left(at: Ground, travel: Travel) -> None:
    founder, deputy = at.donors[:2]
    group, ref = c.seated(at, months=3)
    travel(ASKED)
    r.turn()
    seats.leave(founder, ref)
    group_seats.hand_over(founder, group)
    assert questions(deputy) == 0


def test_who_accepts_an_offer_after_the_others_were_asked_is_asked_too(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3], months=3)
    seats.wait(at.donors[3], ref)
    travel(ASKED)
    r.turn()
    seats.leave(at.donors[0], ref)
    (offer,) = r.offers_to(at.donors[3])
    assert questions(at.donors[3]) == 0
    seats.accept(at.donors[3], offer.ref)
    assert questions(at.donors[3]) == 1
    agree_all(at, ref, at.donors[1:4])
    travel(AUGUST)
    r.turn()
    assert r.seat_of(ref, at.donors[3]).state == "active"


def test_who_joins_before_anybody_is_asked_is_asked_once_with_the_others(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2], months=3)
    seats.join(at.donors[2], ref)
    assert questions(at.donors[2]) == 0
    travel(ASKED)
    r.turn()
    assert [questions(donor) for donor in at.donors[:3]] == [1, 1, 1]
    assert r.circle(ref).ends_on == date(2026, 8, 1)


def test_a_yes_taken_back_with_the_consent_begins_no_other_term(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3], months=3)
    travel(ASKED)
    r.turn()
    agree_all(at, ref, at.donors[:3])
    travel(JULY)
    r.say(at, granted=False)
    assert (r.circle(ref).household_agrees, r.circle(ref).agreed_by_id) == (None, None)
    assert refused(lambda: household.record_renewal(at.village.volunteer, ref, agrees=True)) == "circle-consent-missing"
    household.record_renewal(at.village.volunteer, ref, agrees=False)
    travel(AUGUST)
    r.turn()
    assert (r.circle(ref).state, r.circle(ref).term) == ("ended", 1)
    assert r.agrees() == 1


def test_a_consent_that_ran_out_unseen_begins_no_other_term(at: Ground, travel: Travel) -> None:
    """The turn asks the consents themselves: nobody has hidden the circle yet, and the yes still stands in its row."""
    ref = r.running(at, at.donors[:3], months=3)
    travel(ASKED)
    r.turn()
    agree_all(at, ref, at.donors[:3])
    r.agree(at.village, at.village.family, granted=False)
    assert (r.circle(ref).household_agrees, r.circle(ref).hidden_at) == (True, None)
    travel(AUGUST)
    r.turn()
    assert (r.circle(ref).state, r.circle(ref).term) == ("ended", 1)


def test_a_family_that_agrees_again_is_asked_again_and_goes_on(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3], months=3)
    travel(ASKED)
    r.turn()
    agree_all(at, ref, at.donors[:3])
    assert questions(at.village.volunteer, "circle-renewal-family") == 1
    travel(JULY)
    r.say(at, granted=False)
    r.say(at, granted=True)
    assert questions(at.village.volunteer, "circle-renewal-family") == 2
    assert questions(at.donors[0]) == 1  # the donors have said theirs
    household.record_renewal(at.village.volunteer, ref, agrees=True)
    travel(AUGUST)
    r.turn()
    assert (r.circle(ref).state, r.circle(ref).term) == ("running", 2)
    assert r.agrees() == 1


def test_a_no_to_another_term_stays_said(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3], months=3)
    travel(ASKED)
    r.turn()
    household.record_renewal(at.village.volunteer, ref, agrees=False)
    r.say(at, granted=False)
    r.say(at, granted=True)
    assert r.circle(ref).household_agrees is False
    assert questions(at.village.volunteer, "circle-renewal-family") == 1


def test_nobody_is_asked_out_of_sight_and_all_are_when_it_comes_back_in_time(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3], months=3)
    r.say(at, granted=False)
    travel(ASKED)
    assert "circle-days" not in r.turn()
    assert clocks.turn_day(SYSTEM, ref) == 0  # nor on a day on which something else calls it up
    assert r.circle(ref).renewal_asked_at is None
    assert [questions(donor) for donor in at.donors[:3]] == [0, 0, 0]
    assert questions(at.village.volunteer, "circle-renewal-family") == 0
    travel(JULY)
    r.say(at, granted=True)
    r.turn()
    assert [questions(donor) for donor in at.donors[:3]] == [1, 1, 1]
    assert questions(at.village.volunteer, "circle-renewal-family") == 1
    agree_all(at, ref, at.donors[:3])
    travel(AUGUST)
    r.turn()
    assert r.circle(ref).term == 2


def test_nobody_stands_on_both_sides_of_a_renewal_in_either_order(at: Ground, travel: Travel) -> None:
    ref, second = r.running(at, at.donors[:3], months=3), at.village.second
    travel(ASKED)
    r.turn()
    propose.approve_term(second, ref)
    assert refused(lambda: household.record_renewal(second, ref, agrees=True)) == "recorder-reviews"
    assert r.circle(ref).household_agrees is None
    household.record_renewal(second, ref, agrees=False)  # a no needs nobody else
    household.record_renewal(at.village.reviewer, ref, agrees=True)
    assert refused(lambda: propose.approve_term(at.village.reviewer, ref)) == "recorder-reviews"
    for donor in at.donors[:3]:
        seats.renew(donor, ref, agrees=True)
    travel(AUGUST)
    r.turn()
    assert r.circle(ref).term == 2
    travel(OCTOBER)
    r.turn()
    household.record_renewal(second, ref, agrees=True)  # the look at a term that has begun binds nobody for the next
