"""Produce of a village without a volunteer: its township ships it, or the county, and nobody stands on two sides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing, NotPermitted
from charity.jobs.clocks import apply_due
from charity.models.accounts import RoleGrant
from charity.models.outbox import Notice
from charity.models.pledges import PledgeStep
from charity.models.wishes import Wish
from charity.queries.produce import get_order, list_desk_orders
from charity.services.pledges import plan, receive, send
from charity.services.pledges.claim import claim
from charity.services.pledges.produce import open_buyer
from tests.kit import harvest as h
from tests.kit import village as v
from tests.services.test_produce import pledge_row, sale_row

Travel = Callable[[datetime], None]
MONDAY = datetime.fromisoformat("2026-04-13T02:00:00+00:00")
NEXT_TOWNSHIP = "990101002"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The village, a reviewer of the next township, one of another county, and a purchase."""

    village: v.Village
    neighbour: Actor
    stranger: Actor
    order: str


@pytest.fixture
def place(app: Flask, travel: Travel) -> Place:
    travel(MONDAY)
    village = v.build()
    wish = h.wishes_of(h.listed(village, h.add_families(village, 0)))[0]
    ref = claim(village.donor, wish, units=3).id
    plan.plan(village.donor, ref, buyer=h.BUYER)
    with transaction() as tx:
        return Place(
            village=village,
            neighbour=v.add_person(tx, (Role.REVIEWER, NEXT_TOWNSHIP)),
            stranger=v.add_person(tx, (Role.REVIEWER, v.OTHER_COUNTY)),
            order=ref,
        )


def term_ends(place: Place) -> None:
    """End the term of who listed the batch: nobody of the village is left."""
    with transaction() as tx:
        theirs = update(RoleGrant).where(RoleGrant.role == "volunteer").values(revoked_at=tx.now)
        tx.session.execute(theirs)


def told(kind: str) -> set[int]:
    end_reading()
    return set(reading().scalars(select(Notice.account_id).where(Notice.kind == kind)))


def seen(who: Actor) -> list[str]:
    end_reading()
    return [card.ref for card in list_desk_orders(who)]


def ship(who: Actor, ref: str) -> None:
    send.send(who, ref, courier="sf", tracking="SF1239876540012", income_fen=80_00)


def is_missing(place: Place, who: Actor) -> None:
    with pytest.raises(Missing):
        ship(who, place.order)
    with pytest.raises(Missing):
        open_buyer(who, place.order)
    end_reading()
    with pytest.raises(Missing):
        get_order(who, place.order)
    assert seen(who) == []


def test_as_long_as_the_village_has_a_volunteer_no_desk_ships(place: Place) -> None:
    for who in (place.village.reviewer, place.village.second, place.neighbour):
        is_missing(place, who)
    apply_due(MONDAY + timedelta(days=6))
    is_missing(place, place.neighbour)


def test_a_reviewer_of_the_township_ships_as_the_sellers_side(place: Place, travel: Travel) -> None:
    with transaction() as tx:
        fresh = v.add_person(tx, (Role.REVIEWER, v.TOWNSHIP))
    term_ends(place)
    travel(now() + timedelta(days=1))
    apply_due(now())
    assert fresh.account_id in told("desk-has-acts")
    assert seen(fresh) == [place.order]
    for who in (place.neighbour, place.stranger, place.village.donor):
        is_missing(place, who)
    with pytest.raises(NotPermitted, match="other-side"):  # he reviewed what the family sells
        open_buyer(place.village.reviewer, place.order)
    with pytest.raises(NotPermitted, match="other-side"):
        ship(place.village.reviewer, place.order)
    end_reading()
    assert get_order(fresh, place.order).may_ship
    open_buyer(fresh, place.order)
    assert get_order(fresh, place.order).buyer_or_missing().recipient == h.BUYER_NAME
    end_reading()
    ship(fresh, place.order)
    assert (pledge_row(place.order).state, sale_row().told_fen) == ("sent", 80_00)
    receive.hand_over(place.village.donor, place.order)
    assert pledge_row(place.order).state == "handed_over"
    end_reading()
    with transaction() as tx:
        steps = select(PledgeStep.actor_id).where(PledgeStep.act == "send")
        assert tx.session.scalars(steps).all() == [fresh.account_id]


def test_what_nobody_of_the_township_may_ship_goes_to_the_countys_pool(place: Place, travel: Travel) -> None:
    term_ends(place)
    with transaction() as tx:  # the township has one reviewer left, who reviewed what the family sells
        gone = update(RoleGrant).where(RoleGrant.account_id == place.village.second.account_id)
        tx.session.execute(gone.values(revoked_at=tx.now))
    travel(MONDAY + timedelta(days=2))
    apply_due(now())
    assert not pledge_row(place.order).in_county_pool
    is_missing(place, place.neighbour)
    travel(MONDAY + timedelta(days=4))
    apply_due(now())
    assert pledge_row(place.order).in_county_pool
    assert told("order-in-county-pool") == {place.neighbour.account_id}
    assert seen(place.neighbour) == [place.order]
    is_missing(place, place.stranger)
    open_buyer(place.neighbour, place.order)
    assert get_order(place.neighbour, place.order).buyer_or_missing().address == h.BUYER_ADDRESS
    end_reading()
    ship(place.neighbour, place.order)
    assert (pledge_row(place.order).state, pledge_row(place.order).in_county_pool) == ("sent", False)
    end_reading()
    assert get_order(place.neighbour, place.order).buyer is None  # he sees what became of it
    assert not get_order(place.neighbour, place.order).may_open


def test_a_volunteer_who_comes_takes_it_back_from_the_desk(place: Place) -> None:
    term_ends(place)
    with transaction() as tx:
        new = v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE))
        fresh = v.add_person(tx, (Role.REVIEWER, v.TOWNSHIP))
    is_missing(place, fresh)
    ship(new, place.order)
    assert pledge_row(place.order).state == "sent"


def test_who_must_ship_is_told_of_a_reservation_and_before_the_harvest_ends(place: Place, travel: Travel) -> None:
    with transaction() as tx:
        fresh = v.add_person(tx, (Role.REVIEWER, v.TOWNSHIP))
        other = v.add_person(tx)
    term_ends(place)
    wish = pledge_row(place.order).wish_id
    end_reading()
    ref = reading().scalars(select(Wish.ref).where(Wish.id == wish)).one()
    end_reading()
    plan.plan(other, claim(other, ref, units=1).id, buyer=h.BUYER)
    assert fresh.account_id in told("produce-reserved")
    assert place.village.volunteer.account_id in told("produce-reserved")  # of the first, in his term
    travel(MONDAY + timedelta(days=29, hours=12))
    apply_due(now())
    assert fresh.account_id in told("due-send-produce")
    assert place.neighbour.account_id not in told("due-send-produce")
