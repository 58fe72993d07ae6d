"""How many seats one donor may hold: himself, for his groups, or as an organisation."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from charity.adapters.db import end_reading
from charity.domain.errors import CapReached
from charity.domain.limits import DEFAULTS
from charity.services.circles import group_seats, seats
from tests.kit import charities as o
from tests.kit import classes as c
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground(4)


def formed(at: Ground, count: int) -> list[str]:
    return [r.formed(at, family=r.another(at), promise=r.LETTERS) for _ in range(count)]


def limit_met(work: Callable[[], object]) -> object:
    with pytest.raises(CapReached) as caught:
        work()
    end_reading()
    assert caught.value.code == "seat-limit"
    return caught.value.params["limit"]


def test_a_person_holds_nine_seats_and_no_more(at: Ground) -> None:
    donor, other = at.donors[:2]
    refs = formed(at, DEFAULTS.seats + 1)
    for ref in refs[:-1]:
        seats.join(donor, ref)
    assert limit_met(lambda: seats.join(donor, refs[-1])) == 9
    seats.join(other, refs[-1])
    seats.leave(donor, refs[0])
    seats.join(donor, refs[-1])
    assert r.circle(refs[-1]).taken == 2


def test_a_limit_stands_in_the_way_of_waiting_and_of_an_offer_too(at: Ground) -> None:
    donor, one, two, three = at.donors
    refs = formed(at, DEFAULTS.seats + 2)
    full, rest = refs[0], refs[2:]
    for who in (one, two, three):
        seats.join(who, full)
    seats.wait(donor, full)
    for ref in rest:
        seats.join(donor, ref)
    seats.leave(one, full)
    [offer] = r.offers_to(donor)
    assert limit_met(lambda: seats.accept(donor, offer.ref)) == 9
    assert [kept.ref for kept in r.offers_to(donor)] == [offer.ref]  # the limit leaves it open
    seats.decline(donor, offer.ref)
    assert limit_met(lambda: seats.wait(donor, full)) == 9
    seats.leave(donor, rest[0])
    assert seats.join(donor, full)


def test_an_organisation_holds_more(at: Ground) -> None:
    officer, office = at.donors[0], at.village.administrator
    team = o.acting(officer, o.verified(officer, office, "云桥慈善会", 1, v.COUNTY))
    refs = formed(at, DEFAULTS.seats + 1)
    for ref in refs:
        seats.join(team, ref)
    assert len({r.seat_of(ref, team).ref for ref in refs}) == 10


def test_a_groups_seats_are_counted_apart_from_its_adults(at: Ground) -> None:
    founder = at.donors[0]
    first, second = c.founded(founder), c.founded(founder)
    refs = formed(at, DEFAULTS.group_seats + 2)
    for place, ref in enumerate(refs[: DEFAULTS.group_seats]):
        group_seats.take(founder, ref, (first, second)[place % 2])
    assert limit_met(lambda: group_seats.take(founder, refs[-1], first)) == 18
    seats.join(founder, refs[-2])  # his own are counted apart
    assert r.agrees() == len(refs)
