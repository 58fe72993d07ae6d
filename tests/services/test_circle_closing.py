"""Closing an account gives its seats, offers and places in waiting lists back in the same moment."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.passwords import hash_password
from charity.domain.actors import Actor
from charity.ledger.canonical import decode
from charity.models.accounts import Account
from charity.models.circles import SeatPlace
from charity.models.ledger import ENTRIES
from charity.services import accounts
from charity.services.circles import seats
from tests.kit import ring as r
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]
PASSWORD = "a long enough word"
HASHED = hash_password(PASSWORD)


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def close(who: Actor) -> None:
    with transaction() as tx:
        tx.session.get_one(Account, who.account_id).password_hash = HASHED
    accounts.close(who, password=PASSWORD)


def ended() -> list[dict[str, object]]:
    """Give the facts of all entries that end a seat."""
    end_reading()
    bodies = [decode(bytes(body)) for body in reading().scalars(select(ENTRIES.c.body).order_by(ENTRIES.c.id))]
    return [json.loads(json.dumps(dict(body.facts))) for body in bodies if body.kind == "seat.ended"]


def test_the_seat_ends_at_once_by_its_donor_and_goes_to_who_waits(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    travel(r.MAY)
    r.turn()
    close(at.donors[0])
    assert r.states(ref) == ["ended", "offered", "active", "active"]
    assert [offer.account_id for offer in r.offers_to(at.donors[3])] == [at.donors[3].account_id]
    (facts,) = ended()
    assert (facts["by"], facts["by_clock"], facts["reason"]) == ("donor", False, "account-closed")
    assert [gift.state for gift in r.gifts(ref)] == ["cancelled", "planned", "planned"]
    assert reading().get_one(Account, at.donors[0].account_id).lapses_in_row == 0
    r.turn()
    assert len(ended()) == 1
    assert r.agrees() == 1


def test_an_offer_and_a_place_in_the_waiting_list_go_to_the_next(at: Ground) -> None:
    ref = r.running(at, at.donors[:3])
    for donor in at.donors[3:6]:
        seats.wait(donor, ref)
    seats.leave(at.donors[0], ref)
    assert r.offers_to(at.donors[3])
    close(at.donors[4])
    close(at.donors[3])
    assert r.offers_to(at.donors[3]) == r.offers_to(at.donors[4]) == []
    assert len(r.offers_to(at.donors[5])) == 1
    assert (r.states(ref), r.circle(ref).taken) == (["leaving", "offered", "active", "active"], 3)
    waits = select(SeatPlace.account_id).where(SeatPlace.left_at.is_(None))
    assert list(reading().scalars(waits)) == [at.donors[5].account_id]
    assert r.agrees() == 1


def test_every_circle_of_the_account_is_left(at: Ground) -> None:
    first = r.running(at, at.donors[:2])
    second = r.formed(at, family=r.another(at))
    seats.join(at.donors[0], second)
    close(at.donors[0])
    assert (r.states(first)[0], r.states(second)[0]) == ("ended", "ended")
    assert (r.circle(first).taken, r.circle(second).taken) == (1, 0)
    assert r.agrees() == 2
