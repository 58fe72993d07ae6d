"""The book says that a deadline passed where one did, and nowhere else: a code or a person's word is no clock."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.wishes import RENEWAL
from charity.jobs.clocks import apply_due
from charity.models.ledger import ENTRIES
from charity.models.wishes import Wish
from charity.services.pledges.acknowledge import acknowledge
from charity.services.pledges.cases import dispute
from charity.services.pledges.claim import claim
from charity.services.pledges.plan import cancel
from charity.services.pledges.waiting import join
from charity.services.wishes import clocks
from charity.services.wishes.ending import withdraw
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

Travel = Callable[[datetime], None]


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    return t.found_town()


def facts_of(kind: str) -> dict[str, Any]:
    end_reading()
    body = reading().scalars(select(ENTRIES.c.body).where(ENTRIES.c.kind == kind)).one()
    return json.loads(body)["facts"]


def says_clock(kind: str) -> bool:
    return facts_of(kind).get("by_clock", False)


def test_a_code_from_the_card_is_the_familys_word(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    t.card(town, "111111")
    acknowledge(town.volunteer, ref, code="111111")
    assert facts_of("pledge.confirmed")["by"] == "household"
    assert not says_clock("pledge.confirmed")


def test_a_lapse_is_a_deadline_that_passed(town: Town) -> None:
    brought_to(town, "held")
    apply_due(MONDAY + timedelta(hours=73))
    assert says_clock("pledge.lapsed")


def test_a_dispute_is_a_persons(town: Town) -> None:
    ref, _, donor = brought_to(town, "sent")
    dispute(donor, ref, reason="not-arrived")
    assert not says_clock("case.opened") and not says_clock("pledge.disputed")


def test_a_parcel_that_never_arrives_is_a_clocks(town: Town) -> None:
    brought_to(town, "sent")
    apply_due(MONDAY + timedelta(days=16))
    apply_due(MONDAY + timedelta(days=46))
    assert says_clock("case.opened") and says_clock("pledge.disputed")


def with_offer(town: Town) -> str:
    """Have a wish with a pledge that was not sent and an offer that is open."""
    wish = t.wish(town, wanted=2)
    first = t.person()
    ref = claim(first, wish, units=1).id
    claim(t.person(), wish, units=1)
    join(t.person(), wish, units=1)
    cancel(first, ref)
    assert len(t.open_offers(wish)) == 1
    return wish


def test_who_withdraws_a_wish_is_no_clock(town: Town) -> None:
    withdraw(town.reviewer, with_offer(town), reasons=["met-elsewhere"])
    end_reading()
    kinds = ("pledge.cancelled", "offer.ended")
    bodies = reading().scalars(select(ENTRIES.c.body).where(ENTRIES.c.kind.in_(kinds))).all()
    facts = [json.loads(body)["facts"] for body in bodies]
    assert len(facts) == 3
    assert not any(one.get("by_clock", False) for one in facts)


def test_a_wish_that_went_stale_ends_its_offers_by_the_clock(town: Town, travel: Travel) -> None:
    wish, due = with_offer(town), MONDAY + timedelta(hours=1)
    values = {"clock": RENEWAL, "clock_started_at": MONDAY, "act_by": due}
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == wish).values(values))
    travel(due + timedelta(minutes=1))
    with transaction() as tx:
        assert clocks.due(tx, wish)
    assert says_clock("offer.ended") and says_clock("wish.stale")
