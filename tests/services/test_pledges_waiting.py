"""The waiting list: freed units go to it first, within the transaction that frees them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from charity.domain.errors import CapReached, Conflict, Missing
from charity.services.pledges.claim import claim
from charity.services.pledges.plan import cancel
from charity.services.pledges.waiting import accept, decline, join, leave
from tests.services import town as t
from tests.services.town import MONDAY, Town


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def test_freed_units_are_offered_along_the_line(town: Town) -> None:
    giver, first, second, stranger = (t.person() for _ in range(4))
    wish = t.wish(town, wanted=3)
    ref = claim(giver, wish, units=3).id
    join(first, wish, units=2)
    join(second, wish, units=3)
    cancel(giver, ref)
    offers = t.open_offers(wish)
    assert [(o.account_id, o.units) for o in offers] == [(first.account_id, 2), (second.account_id, 1)]
    row = t.wish_row(wish)
    assert (row.committed, row.reserved) == (0, 3)
    with pytest.raises(Conflict, match="units-gone"):
        claim(stranger, wish, units=1)
    done = accept(first, offers[0].ref)
    assert (done.units, done.state) == (2, "held")
    row = t.wish_row(wish)
    assert (row.committed, row.reserved) == (2, 1)
    decline(second, offers[1].ref)
    assert t.wish_row(wish).reserved == 0
    claim(stranger, wish, units=1)
    for again in (lambda: accept(first, offers[0].ref), lambda: decline(second, offers[1].ref)):
        with pytest.raises(Conflict, match="offer-not-open"):
            again()
    with pytest.raises(Missing):
        accept(stranger, offers[0].ref)


def test_a_cap_leaves_the_offer_open(town: Town) -> None:
    giver, first = t.person(), t.person(open_pledges=5)
    wish = t.wish(town)
    ref = claim(giver, wish, units=1).id
    join(first, wish)
    cancel(giver, ref)
    (offer,) = t.open_offers(wish)
    with pytest.raises(CapReached, match="open-limit"):
        accept(first, offer.ref)
    assert t.open_offers(wish)[0].state == "open"
    assert t.wish_row(wish).reserved == 1


def test_joining_and_leaving(town: Town) -> None:
    giver, first = t.person(), t.person()
    wish = t.wish(town, wanted=2)
    with pytest.raises(Conflict, match="units-are-free"):
        join(first, wish)
    ref = claim(giver, wish, units=2).id
    join(first, wish)
    with pytest.raises(Conflict, match="queued-already"):
        join(first, wish)
    cancel(giver, ref)
    leave(first, wish)
    assert t.open_offers(wish) == []
    assert t.wish_row(wish).reserved == 0
    with pytest.raises(Missing):
        leave(first, wish)
    with pytest.raises(Conflict, match="wish-not-open"):
        join(first, t.wish(town, state="stale"))
