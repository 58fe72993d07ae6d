"""Months of every kind of gift, each going its own way by chance: outcomes follow the gifts, and the book agrees."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.circles import Promise
from charity.domain.errors import Refused
from charity.domain.kinds import Kind
from charity.jobs.clocks import apply_due
from charity.models.circles import CircleMonth
from charity.models.pledges import BoardLine, Pledge
from charity.services.circles import seats
from charity.services.pledges import confirm, plan, receive, send
from tests.kit import harvest
from tests.kit import hours as h
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground

pytestmark = pytest.mark.backends("sqlite")
Travel = Callable[[datetime], None]
FREED = {"cancelled", "lapsed", "returned", "refuted"}


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground(4)


def step(at: Ground, school: h.School, giver: Actor, gift: Pledge, chance: random.Random) -> None:
    """Bring a gift one step on, or let it go."""
    if chance.random() < 0.15:
        plan.cancel(giver, gift.ref)
    elif gift.state == "held" and gift.kind == "service":
        plan.plan(giver, gift.ref, more_days=[h.today(), h.today() + timedelta(days=2)][: chance.randint(1, 2)])
    elif gift.state == "held":
        plan.plan(giver, gift.ref, buyer=harvest.BUYER)
    elif gift.state == "planned" and gift.kind == "produce":
        send.send(at.village.volunteer, gift.ref, courier="sf", tracking="SF1239876540012", income_fen=10_00)
    elif gift.state == "planned":
        send.send(giver, gift.ref, hours=chance.randint(1, gift.units))
    elif gift.state == "sent" and gift.kind == "produce":
        receive.hand_over(giver, gift.ref)
    elif gift.state == "sent":
        receive.hand_over(school.town_keeper, gift.ref)
    elif gift.state == "handed_over":
        income = 10_00 if gift.kind == "produce" else None
        confirm.confirm(at.village.reviewer, gift.ref, basis="call-back", income_fen=income)


@pytest.mark.parametrize("kind", ["service", "produce"])
def test_whatever_becomes_of_the_gifts_months_book_and_boards_agree(at: Ground, travel: Travel, kind: str) -> None:
    chance, school = random.Random(kind), h.add_school(at.village)
    with transaction() as tx:
        v.add_programme(tx, code="HARVEST", kind=Kind.PRODUCE)
    promise: Promise = r.hours(school.town_point, units=3) if kind == "service" else r.produce()
    ref = r.running(at, at.donors[:4], promise=promise, target=4)
    by_id = {donor.account_id: donor for donor in at.donors}
    for start in (r.MAY, r.JUNE):
        travel(start)
        r.turn()
        if start == r.JUNE:
            seats.leave(at.donors[0], ref)
        for _ in range(6):
            travel(now() + timedelta(hours=chance.choice([1, 20, 50])))
            apply_due()
            for gift in r.gifts(ref):
                if chance.random() < 0.7:
                    with suppress(Refused):  # the day has not come, or the gift went another way
                        step(at, school, by_id[gift.account_id], gift, chance)
            r.turn()
    end_reading()
    outcomes: set[str] = set()
    for month in reading().scalars(select(CircleMonth)):
        mine = reading().get_one(Pledge, month.pledge_id or 0)
        parts = select(Pledge.state).where(Pledge.wish_id == month.wish_id, Pledge.account_id == mine.account_id)
        states = set(reading().scalars(parts))
        rule = "kept" if "confirmed" in states else "missed" if states <= FREED else "open"
        assert month.outcome == rule, (month.month, states)
        outcomes.add(rule)
    assert outcomes >= {"kept", "missed"}
    kept = reading().scalar(select(func.count()).where(CircleMonth.outcome == "kept"))
    lines = select(func.coalesce(func.sum(BoardLine.value), 0)).where(BoardLine.metric == "months")
    assert reading().scalar(lines) == kept
    assert r.agrees() == 1
