"""Every state of the goods life is reached through services, and no entry tells what must stay private."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import db, end_reading, reading
from charity.domain.kinds import Kind
from charity.domain.pledges import STATES
from charity.domain.slips import SlipCheck
from charity.jobs.clocks import apply_due
from charity.ledger.verifying.tables import compare
from charity.models.ledger import ENTRIES
from charity.models.outbox import Notice, OutboxMessage
from charity.queries.notices import all_notices
from charity.services.pledges.acknowledge import send_code
from charity.services.pledges.cases import dispute
from charity.services.pledges.claim import claim
from charity.services.pledges.confirm import confirm, give_feedback, store_slip
from charity.services.pledges.plan import cancel, extend, plan
from charity.services.pledges.receive import hand_over, receive, return_, undo
from charity.services.pledges.rule import rule
from charity.services.pledges.send import add_parcel, send
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

SLIP = {"storage_key": "k", "sha256": "ab" * 32, "look": "0" * 16, "width": 10, "height": 10}
CANARIES = ("SF7654321098765", "CANARY-ORDER-1", "Canary Witness", "Canary words", "Canary grounds", "1 Main Street")


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def test_every_state_is_reached(town: Town) -> None:
    reached: set[str] = set()
    for state in ("held", "planned", "sent", "at_point", "handed_over", "confirmed"):
        reached.add(t.pledge_row(brought_to(town, state)[0]).state)
    ref, _, donor = brought_to(town, "planned")
    cancel(donor, ref)
    back, _, _ = brought_to(town, "at_point")
    return_(town.volunteer, back, reason="refused")
    doubted, _, giver = brought_to(town, "sent")
    dispute(giver, doubted, reason="not-arrived")
    false, _, other = brought_to(town, "sent")
    dispute(other, false, reason="not-arrived")
    rule(town.auditor, false, ruling="refuted", grounds="Nothing came.")
    late, _, _ = brought_to(town, "held")
    apply_due(MONDAY + timedelta(hours=73))
    reached |= {t.pledge_row(each).state for each in (ref, back, doubted, false, late)}
    assert reached == {state.value for state in STATES[Kind.GOODS]}
    end_reading()
    compare(db.engine)


def test_nothing_private_gets_into_book_or_notices(town: Town) -> None:
    donor, wish = t.person(), t.wish(town, wanted=2)
    ref = claim(donor, wish, units=2).id
    plan(donor, ref)
    extend(donor, ref)
    send(donor, ref, courier="sf", tracking="SF7654321098765", shop_order="CANARY-ORDER-1")
    add_parcel(donor, ref, courier="sf", tracking="SF7654321098765")
    receive(town.volunteer, ref, units=1)
    undo(town.volunteer, ref)
    receive(town.volunteer, ref)
    hand_over(town.volunteer, ref)
    send_code(town.volunteer, ref)
    store_slip(town.volunteer, ref, witness="Canary Witness", **SLIP)
    dispute(town.volunteer, ref, reason="other", words="Canary words")
    rule(town.auditor, ref, ruling="former", grounds="Canary grounds")
    confirm(town.reviewer, ref, basis="slip", checks=frozenset(SlipCheck))
    give_feedback(town.volunteer, ref, phrase="thanks")
    apply_due(MONDAY + timedelta(days=1))
    end_reading()
    told = b"".join(reading().scalars(select(ENTRIES.c.body))).decode()
    told += "".join(reading().scalars(select(Notice.params)))
    told += b"".join(reading().scalars(select(OutboxMessage.params_sealed))).decode("latin-1")
    assert [canary for canary in CANARIES if canary in told] == []
    kinds = set(reading().scalars(select(Notice.kind))) | set(reading().scalars(select(OutboxMessage.kind)))
    assert kinds <= set(all_notices())
    compare(db.engine)
