"""A question about who speaks for an organisation has a clock: reminded, overdue for all to see, ended unanswered."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from charity.adapters import clock
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Missing
from charity.domain.organisations import Becomes
from charity.jobs.officers import turn_officers
from charity.models.organisation_changes import OfficerClock
from charity.models.outbox import Notice
from charity.queries.desks import get_overview
from charity.queries.operating import list_figures
from charity.queries.organisations.keeping import ChangeCard, get_keeping, list_changes
from charity.queries.organisations.office import list_for_office
from charity.queries.organisations.waiting import list_changes_due
from charity.services.organisations import decide, officers
from charity.services.pauses import add_pause
from tests.kit import charities as c
from tests.services import town as t
from tests.services.test_organisation_keeping import Kept
from tests.services.test_organisation_keeping import at as at

MONDAY = datetime.fromisoformat("2026-03-02T03:00:00+00:00")
Travel = Callable[[datetime], None]


def told(kind: str, who: Actor) -> int:
    end_reading()
    rows = reading().scalars(select(Notice.id).where(Notice.kind == kind, Notice.account_id == who.account_id)).all()
    end_reading()
    return len(rows)


def card(at: Kept) -> ChangeCard:
    end_reading()
    [found] = get_keeping(at.office, at.ref).changes
    end_reading()
    return found


def late(app: Flask) -> float:
    end_reading()
    figures = {figure.name: figure.values for figure in list_figures(app.extensions["settings"].instance_path)}
    return dict(figures["charity_overdue_clocks"])["officers"]


@pytest.fixture
def asked(at: Kept, travel: Travel) -> str:
    travel(MONDAY)
    return officers.ask(at.officer, at.ref, at.person, becomes=Becomes.OFFICER)


def test_the_office_is_reminded_then_it_is_overdue_and_at_last_the_question_ends(
    app: Flask, at: Kept, asked: str, travel: Travel
) -> None:
    first = card(at)
    assert first.act_by == MONDAY + timedelta(days=7), "five working days"
    assert not first.is_overdue
    assert turn_officers() == 0
    travel(MONDAY + timedelta(days=4))
    assert (turn_officers(), turn_officers()) == (1, 0)
    assert told("officer-change-soon", at.office) == 1
    travel(MONDAY + timedelta(days=7, minutes=1))
    assert late(app) == 1
    assert (turn_officers(), turn_officers()) == (1, 0)
    assert late(app) == 0
    assert (told("officer-change-overdue", at.office), told("officer-change-overdue", at.officer)) == (1, 0)
    assert card(at).is_overdue
    end_reading()
    [row] = list_for_office(at.office)
    assert row.questions is not None
    assert row.questions.is_overdue
    pile = get_overview(at.office).officers
    assert (pile.count, pile.late) == (1, 1)
    travel(MONDAY + timedelta(days=28, minutes=1))
    assert (turn_officers(), turn_officers()) == (1, 0)
    assert [one.state for one in list_changes(at.officer, at.ref)] == ["expired"]
    assert told("officer-change-expired", at.officer) == 1
    end_reading()
    with pytest.raises(Conflict, match="officer-change-over"):
        officers.confirm(at.office, at.ref, asked)
    again = officers.ask(at.officer, at.ref, at.person, becomes=Becomes.OFFICER)
    officers.confirm(at.office, at.ref, again)
    travel(MONDAY + timedelta(days=90))
    assert turn_officers() == 0, "the control: what was decided has no clock"


def test_those_elsewhere_hear_of_nothing_and_see_nothing(at: Kept, asked: str, travel: Travel) -> None:
    far = t.person((Role.ADMINISTRATOR, "9902"))
    above = t.person((Role.ADMINISTRATOR, t.COUNTY[:2]))
    travel(MONDAY + timedelta(days=8))
    assert turn_officers() == 1
    assert (told("officer-change-overdue", above), told("officer-change-overdue", far)) == (1, 0)
    end_reading()
    assert get_overview(far).officers.count == 0
    with pytest.raises(Missing):
        get_keeping(far, at.ref)


def test_the_pause_calendar_stops_it_and_a_clock_that_never_started_is_started(
    at: Kept, asked: str, travel: Travel
) -> None:
    today = day_of(MONDAY)
    add_pause(at.office, region=t.COUNTY, starts_on=today, ends_on=today + timedelta(days=6), reason="festival")
    assert card(at).act_by == MONDAY.replace(hour=16) + timedelta(days=11), "the week stood still"
    with transaction() as tx:
        tx.session.execute(delete(OfficerClock))
    end_reading()
    assert card(at).act_by is None
    turn_officers()
    assert card(at).act_by is not None


def test_what_was_asked_of_an_organisation_that_has_ended_waits_for_nobody(
    at: Kept, asked: str, travel: Travel
) -> None:
    decide.end(at.office, at.ref, reason="own-wish")
    travel(MONDAY + timedelta(days=40))
    end_reading()
    assert list_changes_due(clock.now(), 10) == []
    assert card(at).state == "withdrawn"
    assert c.row_of(at.ref).state == "ended"
