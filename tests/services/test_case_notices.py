"""A case reaches whoever may rule it: auditors of its region and of all above, and everyone when it has no place."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.db import end_reading, reading
from charity.domain.actors import VISITOR, Actor, Role
from charity.jobs.clocks import apply_due
from charity.models.outbox import Notice
from charity.services.pledges.cases import dispute, report
from charity.services.wishes import takedowns
from tests.kit.visits import signed_in
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import COUNTY, MONDAY, Town


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def told(actor: Actor, kind: str) -> int:
    end_reading()
    rows = reading().scalars(select(Notice.id).where(Notice.account_id == actor.account_id, Notice.kind == kind))
    return len(list(rows))


def test_a_concern_about_a_wish_reaches_auditors_of_every_level_above_and_nobody_beside(town: Town) -> None:
    above = [town.auditor, town.city_auditor, t.person((Role.AUDITOR, "99"))]
    beside = [t.person((Role.AUDITOR, "990102")), t.person((Role.AUDITOR, "98")), town.county_reviewer]
    report(VISITOR, reason="false-need", words="None needs it.", wish_ref=t.wish(town))
    apply_due(MONDAY + timedelta(seconds=1))
    assert [told(who, "due-ruling") for who in above] == [1, 1, 1]
    assert [told(who, "due-ruling") for who in beside] == [0, 0, 0]


def test_a_concern_about_no_place_reaches_every_auditor_and_no_official(town: Town) -> None:
    far = t.person((Role.AUDITOR, "98"))
    report(VISITOR, reason="charged-money", words="Somebody asked for money.")
    apply_due(MONDAY + timedelta(seconds=1))
    assert [told(who, "due-ruling") for who in (far, town.auditor, town.county_reviewer)] == [1, 1, 0]
    apply_due(MONDAY + timedelta(days=30))
    assert [told(who, "case-overdue") for who in (far, town.auditor, town.county_reviewer)] == [1, 1, 0]


def test_an_overdue_ruling_reaches_the_province_when_the_city_has_no_auditor(town: Town) -> None:
    ref, _, donor = brought_to(town, "sent")
    dispute(donor, ref, reason="not-arrived")
    province, beside = t.person((Role.AUDITOR, "99")), t.person((Role.AUDITOR, "9902"))
    apply_due(MONDAY + timedelta(days=22))
    assert [told(who, "case-overdue") for who in (province, town.city_auditor)] == [1, 1]
    assert [told(who, "case-overdue") for who in (beside, town.auditor)] == [0, 0]


def test_an_account_with_two_terms_is_told_once(town: Town) -> None:
    twice = t.person((Role.AUDITOR, COUNTY), (Role.AUDITOR, "99"))
    report(VISITOR, reason="false-need", words="None needs it.", wish_ref=t.wish(town))
    apply_due(MONDAY + timedelta(seconds=1))
    assert told(twice, "due-ruling") == 1


def test_a_concern_that_nobody_looks_into_is_overdue_after_a_day(app: Flask, town: Town) -> None:
    office = t.person((Role.ADMINISTRATOR, COUNTY))
    left, taken = (report(VISITOR, reason="privacy", words="A name.", wish_ref=t.wish(town)) for _ in range(2))
    apply_due(MONDAY + timedelta(seconds=1))
    takedowns.take_up(town.county_reviewer, taken)
    apply_due(MONDAY + timedelta(hours=23))
    assert told(office, "concern-left-alone") == told(town.auditor, "concern-left-alone") == 0
    apply_due(MONDAY + timedelta(hours=24, seconds=1))
    apply_due(MONDAY + timedelta(hours=25))
    assert [told(who, "concern-left-alone") for who in (office, town.auditor, town.county_reviewer)] == [1, 1, 0]
    assert told(town.auditor, "due-ruling") == 2  # each once, at once
    with clock.hold(MONDAY + timedelta(hours=25)):
        lines = signed_in(app, office).get("/audit/cases?lang=en").get_data(as_text=True).split("<tr>")
    late = {ref: next("Nobody looks into it yet" in line for line in lines if ref in line) for ref in (left, taken)}
    assert late == {left: True, taken: False}
