"""Two reviewers who end opposite records of one likeness in the same moment: one is heard, one record stays."""

import threading
from contextlib import suppress
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from charity.adapters.db import Tx, end_reading, reading
from charity.domain.actors import Actor
from charity.domain.doubles import Ends
from charity.domain.errors import Conflict, Refused
from charity.domain.households import Category
from charity.models.households import Household, LookAlike
from charity.models.ledger import ENTRIES
from charity.services.register import doubles, households
from charity.services.register.households import Family
from tests.kit import village as v
from tests.kit.visits import post, signed_in
from tests.races.test_acts_at_once import at_once

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]
WHY = "户口簿是同一本"
ROUNDS = 4


def doubled(village: v.Village) -> tuple[str, str]:
    """Register two families whose heads are spoken alike; gives the second one and the likeness."""
    said = Family(category=Category.LOW_INCOME, head_name="司徒大山", address="五组一号")
    with_reason = partial(households.register, village.volunteer, v.VILLAGE, override="his cousin")
    with_reason(family=said)
    double = with_reason(family=said)
    end_reading()
    asked = select(LookAlike.ref).join(Household, Household.id == LookAlike.household_id)
    like = reading().scalars(asked.where(Household.ref == double).order_by(LookAlike.id)).first()
    end_reading()
    return double, like or ""


def stay(double: str) -> int:
    """Count which of the two records are still open."""
    end_reading()
    pair = select(LookAlike.household_id, LookAlike.other_household_id)
    pair = pair.join(Household, Household.id == LookAlike.household_id).where(Household.ref == double)
    ids = tuple(reading().execute(pair.order_by(LookAlike.id)).first() or ())
    open_ = select(Household.id).where(Household.id.in_(ids), Household.closed_at.is_(None))
    count = len(reading().scalars(open_).all())
    end_reading()
    return count


def written() -> int:
    end_reading()
    count = len(reading().scalars(select(ENTRIES.c.id).where(ENTRIES.c.kind == "double.same")).all())
    end_reading()
    return count


def test_one_wins_the_other_hears_a_conflict_and_one_record_stays(app: Flask) -> None:
    village = v.build()
    for number in range(1, ROUNDS + 1):
        double, like = doubled(village)
        ends = (Ends.THIS, Ends.OTHER) if number % 2 else (Ends.OTHER, Ends.THIS)
        works = [
            partial(doubles.end_double, who, double, like, ends=one, reason=WHY)
            for who, one in zip((village.reviewer, village.second), ends, strict=True)
        ]
        answers = at_once(app, list(works))
        lost = [answer for answer in answers if isinstance(answer, Refused)]
        assert [type(one) for one in lost] == [Conflict], answers
        assert lost[0].code == "look-alike-cleared"
        assert stay(double) == 1
        assert written() == number


@pytest.mark.parametrize("first", [Ends.THIS, Ends.OTHER])
def test_over_the_page_the_second_is_told_409(app: Flask, first: Ends) -> None:
    village = v.build()
    double, like = doubled(village)
    url = f"/households/{double}/look-alikes/{like}"
    late = signed_in(app, village.second)
    shown = late.get(url).get_data(as_text=True)
    other = Ends.OTHER if first is Ends.THIS else Ends.THIS

    def decide(who: Actor, ends: Ends) -> TestResponse:
        return post(signed_in(app, who), url, {"decision": ends.value, "reason": WHY}, shown_at="/households")

    assert 'name="decision"' in shown
    assert decide(village.reviewer, first).status_code == 303
    told = decide(village.second, other)
    assert told.status_code == 409
    assert "该相似情况此前已核实" in told.get_data(as_text=True)
    assert stay(double) == 1


@pytest.mark.backends("postgres")
def test_control_who_looks_without_a_lock_and_decides_later_wins_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same crossing where nobody locks either family and both look before anybody decides: both records end."""
    village = v.build()
    double, like = doubled(village)
    both_have_read, found = threading.Barrier(2), doubles.find_open

    def look(tx: Tx, household: Household, ref: str) -> LookAlike:
        seen = found(tx, household, ref)
        with suppress(threading.BrokenBarrierError):
            both_have_read.wait(5)
        return seen

    def unlocked(tx: Tx, actor: Actor, ref: str, action: str) -> Household:
        del actor, action
        return tx.session.scalars(select(Household).where(Household.ref == ref)).one()

    monkeypatch.setattr(doubles, "_lock_both", lambda *_: None)
    monkeypatch.setattr(doubles, "get_household", unlocked)
    monkeypatch.setattr(doubles, "find_open", look)
    works = [
        partial(doubles.end_double, who, double, like, ends=ends, reason=WHY)
        for who, ends in ((village.reviewer, Ends.THIS), (village.second, Ends.OTHER))
    ]
    answers = at_once(app, list(works))
    assert not [answer for answer in answers if isinstance(answer, Refused)], answers
    assert stay(double) == 0
