"""One number of a circle is held by one after the other: no gap, never two in a month, each called as he says."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from charity.adapters.db import transaction
from charity.domain.actors import Actor
from charity.domain.circle_states import SeatState
from charity.domain.errors import Invalid
from charity.ledger.seating import open_offer
from charity.models.accounts import Account
from charity.models.circle_rows import find_circle, list_seats
from charity.queries.circles.room import get_room
from charity.services.accounts.closing import wipe
from charity.services.circles import group_seats, household, propose, seats
from tests.kit import classes as c
from tests.kit import ring as r
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]
MIDMAY, ASKED, LATE, AUGUST = (
    datetime.fromisoformat(f"2026-{day}T02:00:00+00:00") for day in ("05-10", "06-02", "07-20", "08-01")
)


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground(10)


def invited(ref: str, who: Actor) -> str:
    """Offer the first open seat to somebody who never waited for it, as a night does."""
    with transaction() as tx:
        circle = find_circle(tx, ref)
        assert circle is not None
        free = list_seats(tx, circle.id, {SeatState.OPEN})[0]
        return open_offer(tx, circle, free, account_id=who.account_id, place_id=None)


def givers(ref: str, month: str) -> int:
    """Count the seats that are asked for something in a month."""
    return len([each for each in r.months(ref) if each[0] == month])


def test_nobody_inherits_the_name_of_who_declined(at: Ground) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref, display="name")
    seats.leave(at.donors[0], ref)
    (offer,) = r.offers_to(at.donors[3])
    assert [seat.display for seat in r.seats_of(ref) if seat.state == "offered"] == ["name"]  # the control
    seats.decline(at.donors[3], offer.ref)
    seats.accept(at.donors[4], invited(ref, at.donors[4]))
    assert r.seat_of(ref, at.donors[4]).display == "nickname"
    assert all(seat.name != "name" for seat in get_room(at.donors[1], ref).seats)


def test_who_accepts_says_how_he_is_called(at: Ground) -> None:
    ref = r.formed(at)
    offer = invited(ref, at.donors[0])
    with pytest.raises(Invalid):
        seats.accept(at.donors[0], offer, display="loudly")
    seats.accept(at.donors[0], offer, display="anonymous")
    assert r.seat_of(ref, at.donors[0]).display == "anonymous"


@pytest.mark.parametrize(("chosen", "after"), [("name", "nickname"), ("anonymous", "anonymous")])
def test_a_deputy_is_not_called_by_name_because_the_founder_was(at: Ground, chosen: str, after: str) -> None:
    founder, deputy = at.donors[:2]
    group = c.founded(founder, (deputy,))
    c.deputised(group, founder, deputy)
    ref = r.formed(at)
    group_seats.take(founder, ref, group, display=chosen)
    with transaction() as tx:
        wipe(tx, tx.session.get_one(Account, founder.account_id))
    r.turn()
    assert (r.seat_of(ref, deputy).display, r.agrees()) == (after, 1)


def test_a_successor_who_goes_leaves_no_place_beside_who_still_gives(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    travel(MIDMAY)
    r.turn()
    for leaver, successor, third in zip(at.donors[:3], at.donors[3:6], at.donors[6:9], strict=True):
        seats.leave(leaver, ref)
        seats.join(successor, ref)
        seats.leave(successor, ref)
        seats.join(third, ref)
    travel(r.JUNE)
    r.turn()
    assert givers(ref, "2026-06") == r.circle(ref).target == 3
    travel(datetime.fromisoformat("2026-07-01T02:00:00+00:00"))
    r.turn()
    assert (givers(ref, "2026-07"), r.agrees()) == (3, 1)
    assert all(r.seat_of(ref, third).state == "active" for third in at.donors[6:9])


@pytest.mark.parametrize("has_successor", [True, False])
def test_when_a_leaver_is_refused_his_month_is_not_missed(at: Ground, travel: Travel, has_successor: bool) -> None:
    ref = r.running(at, at.donors[:3])
    travel(MIDMAY)
    r.turn()
    seats.leave(at.donors[0], ref)
    if has_successor:
        seats.join(at.donors[3], ref)
    household.refuse_person(at.village.volunteer, ref, r.seat_of(ref, at.donors[0]).ref)
    if not has_successor:
        seats.join(at.donors[3], ref)
    travel(r.JUNE)
    r.turn()
    assert (givers(ref, "2026-06"), r.agrees()) == (3, 1)


def test_a_notice_beyond_the_terms_end_delays_no_successor(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3], months=3, promise=r.LETTERS)
    travel(ASKED)
    r.turn()
    seats.wait(at.donors[3], ref)
    for donor in at.donors[:3]:
        seats.renew(donor, ref, agrees=True)
    household.record_renewal(at.village.volunteer, ref, agrees=True)
    propose.approve_term(at.village.second, ref)
    travel(LATE)
    r.turn()
    assert seats.leave(at.donors[0], ref) == "2026-08-19"
    (offer,) = r.offers_to(at.donors[3])
    seats.accept(at.donors[3], offer.ref)
    seats.renew(at.donors[3], ref, agrees=True)
    travel(AUGUST)
    r.turn()
    assert (r.circle(ref).term, givers(ref, "2026-08"), r.agrees()) == (2, 3, 1)
