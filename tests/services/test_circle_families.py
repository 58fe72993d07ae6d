"""What a circle does when its family no longer wants to be seen, or needs it no more."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Actor
from charity.domain.consents import Purpose
from charity.domain.errors import Missing, Refused
from charity.jobs.clocks import settle_desks
from charity.models.circles import Circle
from charity.models.households import Consent, Household
from charity.models.outbox import Notice
from charity.queries.circles.own import list_own, list_own_offers
from charity.queries.circles.public import get_public
from charity.queries.circles.room import get_room
from charity.queries.circles.wall import list_public
from charity.services.circles import clocks, letters, propose, seats
from tests.kit import ring as r
from tests.kit.ring import Ground, graduate, say

Travel = Callable[[datetime], None]
LATER = datetime.fromisoformat("2026-05-04T02:00:00+00:00")


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.code


def told(who: Actor) -> list[str]:
    end_reading()
    found = select(Notice.kind).where(Notice.account_id == who.account_id).order_by(Notice.id)
    return list(reading().scalars(found))


def test_a_no_hides_the_circle_at_once_and_a_gift_on_its_way_stays(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    seats_before = r.states(ref)
    travel(r.MAY)
    r.turn()
    assert [card.ref for card in list_public(at.donors[5]).cards] == [ref]
    say(at, granted=False)
    assert list_public(at.donors[5]).cards == ()
    for look in (get_public, get_room):
        with pytest.raises(Missing):
            look(at.donors[0], ref)
    assert get_room(at.village.volunteer, ref).is_staff
    assert refused(lambda: seats.join(at.donors[5], ref)) == "missing"
    assert refused(lambda: seats.wait(at.donors[5], ref)) == "missing"
    assert refused(lambda: letters.write(at.donors[0], ref, text="多保重,一切都好。")) == "not-in-this-state"
    assert [gift.state for gift in r.gifts(ref)] == ["planned", "planned"]
    assert [seat.is_hidden for seat in list_own(at.donors[0])] == [True]
    travel(r.JUNE)
    r.turn()
    assert len(r.gifts(ref)) == 2  # no month opened
    assert r.states(ref) == seats_before
    say(at, granted=True)
    r.turn()
    assert (len(r.gifts(ref)), r.circle(ref).hidden_at) == (4, None)
    assert r.agrees() == 1


def test_a_seat_that_becomes_free_out_of_sight_is_offered_to_nobody(at: Ground) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    say(at, granted=False)
    seats.leave(at.donors[0], ref)
    assert r.offers_to(at.donors[3]) == []


def test_a_yes_brings_a_circle_back_at_once_and_who_waits_comes_first(at: Ground) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    say(at, granted=False)
    seats.leave(at.donors[0], ref)
    say(at, granted=True)
    assert r.circle(ref).hidden_at is None
    assert len(r.offers_to(at.donors[3])) == 1
    assert refused(lambda: seats.join(at.donors[4], ref)) == "circle-full"


def test_a_yes_brings_back_a_circle_that_only_forms_and_half_a_yes_does_not(at: Ground) -> None:
    ref = r.formed(at)
    say(at, granted=False)
    say(at, granted=False, purpose=Purpose.PUBLISH_WISH)
    say(at, granted=True)
    assert r.circle(ref).hidden_at is not None
    say(at, granted=True, purpose=Purpose.PUBLISH_WISH)
    assert get_public(at.donors[5], ref).takes_donors
    seats.join(at.donors[0], ref)


def test_an_offer_is_taken_back_with_its_circle_and_who_waited_is_asked_first_again(at: Ground) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    seats.wait(at.donors[4], ref)
    seats.leave(at.donors[0], ref)
    (offer,) = r.offers_to(at.donors[3])
    assert [card.ref for card in list_own_offers(at.donors[3])] == [offer.ref]
    say(at, granted=False)
    assert refused(lambda: seats.accept(at.donors[3], offer.ref)) == "offer-not-open"
    assert (list_own_offers(at.donors[3]), r.offers_to(at.donors[3])) == ((), [])
    assert told(at.donors[3])[-1] == "seat-offer-withdrawn"
    assert "open" in r.states(ref)
    say(at, granted=True)
    assert r.offers_to(at.donors[4]) == []  # his place was kept: he comes before who came later
    (again,) = r.offers_to(at.donors[3])
    seats.accept(at.donors[3], again.ref)
    assert r.agrees() == 1


def test_an_offer_out_of_sight_neither_reminds_nor_runs_out(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    seats.leave(at.donors[0], ref)
    (offer,) = r.offers_to(at.donors[3])
    with transaction() as tx:  # as a circle that was hidden before offers were taken back
        tx.session.execute(update(Circle).where(Circle.ref == ref).values(hidden_at=tx.now))
    travel(r.APRIL + timedelta(hours=60))
    assert clocks.offer_reminder(SYSTEM, offer.ref)
    assert not clocks.offer_due(SYSTEM, offer.ref)
    assert told(at.donors[3])[-1] == "seat-offer-withdrawn"
    assert not {"seat-offered", "seat-offer-expired"} & set(told(at.donors[3]))
    say(at, granted=True)
    assert len(r.offers_to(at.donors[3])) == 1


def test_a_circle_out_of_sight_does_not_start(at: Ground, travel: Travel) -> None:
    ref = r.formed(at, not_before=date(2026, 5, 1))
    for donor in at.donors[:2]:
        seats.join(donor, ref)
    say(at, granted=False)
    travel(r.MAY)
    assert r.turn() == {}
    assert clocks.turn_day(SYSTEM, ref) == 0
    assert (r.circle(ref).state, r.states(ref)) == ("forming", ["accepted", "accepted", "open"])
    say(at, granted=True)
    r.turn()
    assert r.circle(ref).state == "running"


@pytest.mark.parametrize("state", ["forming", "running", "ended"])
def test_a_consent_that_runs_out_hides_the_circle_by_itself(at: Ground, travel: Travel, state: str) -> None:
    ref = r.formed(at) if state == "forming" else r.running(at, at.donors[:2], months=3 if state == "ended" else 12)
    travel(datetime.fromisoformat("2026-08-01T02:00:00+00:00"))
    r.turn()
    assert r.circle(ref).state == state
    with transaction() as tx:
        last = date(2026, 8, 3)
        tx.session.execute(update(Consent).where(Consent.purpose == Purpose.CIRCLE.value).values(valid_until=last))
    travel(datetime.fromisoformat("2026-08-03T15:59:00+00:00"))  # the last minute of that day there
    assert "consents" not in settle_desks()
    travel(datetime.fromisoformat("2026-08-03T16:00:00+00:00"))
    assert settle_desks()["consents"] == 1
    with pytest.raises(Missing):
        get_public(at.donors[5], ref)
    assert refused(lambda: seats.join(at.donors[5], ref)) == "missing"
    assert told(at.village.reviewer)[-1] == "circle-consent-ended"
    assert "consents" not in settle_desks()
    assert r.circle(ref).state == state
    say(at, granted=True)
    assert get_public(at.donors[5], ref).ref == ref


def test_the_circle_of_a_family_out_of_hardship_ends_with_thanks(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    graduate(at)
    assert refused(lambda: seats.join(at.donors[3], ref)) == "missing"
    travel(LATER)
    r.turn()
    assert (r.circle(ref).state, r.circle(ref).taken, set(r.states(ref))) == ("ended", 0, {"ended"})
    assert told(at.donors[0])[-1] == "circle-family-out"
    assert [gift.state for gift in r.gifts(ref)] == ["planned", "planned"]
    travel(r.JUNE)
    r.turn()
    assert len(r.gifts(ref)) == 2
    assert r.agrees() == 1


def test_a_yes_shows_no_circle_of_a_family_out_of_hardship(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    graduate(at)
    say(at, granted=True)
    assert r.circle(ref).hidden_at is not None
    assert r.offers_to(at.donors[3]) == []


def test_a_circle_that_only_forms_ends_too_and_none_is_proposed_or_opened(at: Ground) -> None:
    ref, waiting = r.formed(at), r.proposed(at, family=r.another(at))
    with transaction() as tx:
        other = tx.session.get_one(Household, r.circle(waiting).household_id)
        other.life_state = "graduated"
    graduate(at)
    r.turn()
    assert r.circle(ref).state == "ended"
    assert refused(lambda: r.proposed(at)) == "household-out-of-hardship"
    assert refused(lambda: propose.approve(at.village.reviewer, waiting)) == "household-out-of-hardship"


def test_a_family_that_fell_back_waits_for_the_township(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    with transaction() as tx:
        tx.session.get_one(Household, at.village.family.id).life_state = "relapse"
    travel(r.MAY)
    r.turn()
    assert r.months(ref) == []
    with transaction() as tx:
        tx.session.get_one(Household, at.village.family.id).life_state = "verified"
    r.turn()
    assert len(r.months(ref)) == 2
