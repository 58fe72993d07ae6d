"""Seats of organisations: only of verified ones, and passed on when one ends, while it finishes what was begun."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.errors import CapReached
from charity.models.accounts import Account
from charity.models.interests import Interest
from charity.models.ledger import ENTRIES
from charity.models.organisations import Organisation
from charity.queries.matching.night import read_night
from charity.services.circles import seats
from charity.services.organisations import decide
from charity.services.pledges import send
from tests.kit import charities as o
from tests.kit import hours as h
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def verified(at: Ground, officer: Actor) -> tuple[Actor, str]:
    """Let the office verify an organisation; gives it as its officer acts, and its reference."""
    ref = o.verified(officer, at.village.administrator, "云桥慈善会", 1, v.COUNTY)
    return o.acting(officer, ref), ref


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(CapReached) as caught:
        work()
    end_reading()
    return caught.value.code


def test_only_a_verified_organisation_takes_waits_for_or_accepts_a_seat(at: Ground) -> None:
    nobody, ref = h.organisation(), r.formed(at, least=3)
    assert refused(lambda: seats.join(nobody, ref)) == "organisation-not-verified"
    team, team_ref = verified(at, at.donors[0])
    seats.join(team, ref)
    for donor in at.donors[1:3]:
        seats.join(donor, ref)
    assert refused(lambda: seats.wait(nobody, ref)) == "organisation-not-verified"
    other = r.formed(at, family=r.another(at))
    for donor in at.donors[1:4]:
        seats.join(donor, other)
    seats.wait(team, other)
    seats.leave(at.donors[1], other)
    [offer] = r.offers_to(team)
    with transaction() as tx:
        tx.session.query(Organisation).filter_by(ref=team_ref).update({"state": "applied"})
    assert refused(lambda: seats.accept(team, offer.ref)) == "organisation-not-verified"


def test_an_organisation_that_ends_passes_its_seats_on_and_finishes_its_gifts(at: Ground, travel: Travel) -> None:
    team, team_ref = verified(at, at.donors[0])
    ref = r.running(at, (team, *at.donors[1:3]))
    travel(r.MAY)
    r.turn()
    seats.wait(at.donors[3], ref)
    decide.end(at.village.administrator, team_ref, reason="own-wish")
    assert r.seat_of(ref, team).state == "ended"
    assert [offer.account_id for offer in r.offers_to(at.donors[3])] == [at.donors[3].account_id]
    (gift,) = [one for one in r.gifts(ref) if one.account_id == team.account_id]
    assert gift.state == "planned"
    send.send(team, gift.ref, courier="sf", tracking="SF1239876540012")
    end_reading()
    told = reading().scalars(select(ENTRIES.c.body).where(ENTRIES.c.kind == "seat.ended")).all()
    assert [b"organisation-ended" in bytes(body) for body in told] == [True]
    assert r.agrees() == 1


def test_a_seat_of_an_organisation_nobody_verified_ends_before_its_next_month(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    with transaction() as tx:
        tx.session.get_one(Account, at.donors[0].account_id).kind = "organisation"
    travel(r.MAY)
    r.turn()
    assert sorted(r.states(ref)) == ["active", "active", "ended", "open"]
    assert {gift.account_id for gift in r.gifts(ref)} == {donor.account_id for donor in at.donors[1:3]}
    assert r.agrees() == 1


def test_the_night_invites_no_unverified_organisation_and_nobody_to_children(at: Ground) -> None:
    school, nobody = h.add_school(at.village), h.organisation()
    r.formed(at, promise=r.hours(school.point, subject="maths", adult=h.TEACHER))
    r.formed(at, family=r.another(at))
    with transaction() as tx:
        for who in (nobody, at.donors[0]):
            tx.session.add(Interest(account_id=who.account_id, seats=2, changed_at=tx.now))
    with transaction() as tx:
        night = read_night(tx.session, tx.now)
    assert night.donors.id.tolist() == [at.donors[0].account_id]
    assert len(night.homes) == 1
