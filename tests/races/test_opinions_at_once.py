"""The same thing asked for by many presses in one moment: one question waits for a second person, once in the book."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import Tx, end_reading, reading
from charity.domain.actors import Actor, Role
from charity.domain.errors import NotPermitted
from charity.models.ledger import ENTRIES
from charity.models.second_opinions import SecondOpinion
from charity.services import accounts
from tests.kit.people import COUNTY, put_demo_regions, with_role
from tests.races.test_acts_at_once import at_once

pytestmark = [pytest.mark.race, pytest.mark.timeout(300), pytest.mark.backends("postgres")]
PRESSES = 8


@pytest.fixture
def boss(app: Flask) -> Actor:
    put_demo_regions()
    with_role("auditor@example.org", Role.AUDITOR, COUNTY)
    return with_role("boss@example.org", Role.ADMINISTRATOR, COUNTY)


def questions() -> tuple[int, int]:
    """Count the questions that wait, and their entries."""
    end_reading()
    rows = reading().scalar(select(func.count()).select_from(SecondOpinion))
    asked = reading().scalar(select(func.count()).where(ENTRIES.c.kind == "opinion.asked"))
    end_reading()
    return rows or 0, asked or 0


def press(app: Flask, boss: Actor, login: str) -> list[str]:
    person = with_role(login, Role.VOLUNTEER, COUNTY).ref
    before = questions()
    answers = at_once(app, [partial(accounts.unmask, boss, person, reason="a call")] * PRESSES)
    assert all(isinstance(answer, NotPermitted) for answer in answers), answers
    after = questions()
    assert after[0] - before[0] == after[1] - before[1]
    return [str(answer) for answer in answers if str(answer) == "second-opinion-asked"]


def test_many_presses_ask_once(app: Flask, boss: Actor) -> None:
    for number in range(3):
        assert len(press(app, boss, f"new{number}@example.org")) == 1


def test_control_who_waits_for_nobody_asks_several_times(
    app: Flask, boss: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tx, "take_turn", lambda *_: None)
    assert sum(len(press(app, boss, f"new{number}@example.org")) for number in range(3)) > 3
