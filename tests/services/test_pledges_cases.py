"""Disputes, rulings and appeals: what they do to counters, boards and clocks, and who may."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import VISITOR
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.models.cases import Case
from charity.models.ledger import ENTRIES
from charity.models.pledges import BoardLine
from charity.queries.cases import get_case, list_cases
from charity.services.pledges.cases import appeal, dispute, report
from charity.services.pledges.claim import claim
from charity.services.pledges.rule import rule, rule_concern
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

Travel = Callable[[datetime], None]


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    return t.found_town()


def boards() -> int:
    end_reading()
    return reading().execute(select(func.coalesce(func.sum(BoardLine.value), 0))).scalar_one()


def test_a_dispute_from_confirmed_takes_the_boards_back_and_a_ruling_restores_them(town: Town) -> None:
    ref, wish, donor = brought_to(town, "confirmed")
    assert boards() == 1
    dispute(town.volunteer, ref, reason="not-received")
    row = t.wish_row(wish)
    assert (boards(), row.fulfilled, row.in_transit, row.committed) == (0, 0, 1, 1)
    assert (t.account_row(donor).confirmed_pledges, t.account_row(donor).open_pledges) == (0, 0)
    rule(town.auditor, ref, ruling="former", grounds="The family has it.")
    row = t.wish_row(wish)
    assert (boards(), row.fulfilled, row.in_transit, row.committed) == (1, 1, 0, 1)
    assert t.account_row(donor).confirmed_pledges == 1


def test_refuted_frees_the_units(town: Town) -> None:
    ref, wish, donor = brought_to(town, "handed_over")
    dispute(town.printer, ref, reason="not-received", words="Nobody has seen it.")
    assert t.account_row(donor).open_pledges == 1
    rule(town.auditor, ref, ruling="refuted", grounds="Nothing came.")
    assert t.pledge_row(ref).state == "refuted"
    assert (t.wish_row(wish).committed, t.account_row(donor).open_pledges) == (0, 0)
    assert t.given_fen(donor, town.beneficiary) == 0


def test_who_may_rule(town: Town) -> None:
    ref, _, donor = brought_to(town, "sent")
    dispute(donor, ref, reason="not-arrived")
    for stranger in (town.reviewer, t.person((t.Role.AUDITOR, "990102"))):
        with pytest.raises(Missing):
            rule(stranger, ref, ruling="former", grounds="x")
    with pytest.raises(Invalid, match="grounds-missing"):
        rule(town.auditor, ref, ruling="former", grounds=" ")
    with pytest.raises(Invalid, match="ruling-missing"):
        rule(town.auditor, ref, ruling="maybe", grounds="x")
    two_sides = t.person((t.Role.AUDITOR, t.COUNTY))
    claim(two_sides, t.wish(town), units=1)
    with pytest.raises(NotPermitted, match="other-side"):
        rule(two_sides, ref, ruling="former", grounds="x")


def test_an_appeal_goes_one_level_up_and_only_once(town: Town) -> None:
    ref, wish, donor = brought_to(town, "sent")
    dispute(donor, ref, reason="not-arrived")
    rule(town.auditor, ref, ruling="refuted", grounds="Never sent.")
    appeal(donor, ref, grounds="It was sent.")
    with pytest.raises(Conflict, match="appeal-too-late"):
        appeal(donor, ref, grounds="Again.")
    with pytest.raises(Missing):
        rule(town.auditor, ref, ruling="confirmed", grounds="x")
    rule(town.city_auditor, ref, ruling="confirmed", grounds="The family has it.")
    assert t.pledge_row(ref).state == "confirmed"
    assert (t.wish_row(wish).fulfilled, boards()) == (1, 1)
    with pytest.raises(Conflict):
        appeal(donor, ref, grounds="Once more.")


def test_who_ruled_first_does_not_decide_the_appeal(town: Town) -> None:
    ref, _, donor = brought_to(town, "sent")
    dispute(donor, ref, reason="not-arrived")
    rule(town.city_auditor, ref, ruling="refuted", grounds="Never sent.")
    appeal(donor, ref, grounds="It was sent.")
    fresh = t.person((t.Role.AUDITOR, "99"))
    (case,) = list_cases(fresh).cards
    assert (get_case(town.city_auditor, case.ref).rulings, bool(get_case(fresh, case.ref).rulings)) == ((), True)
    with pytest.raises(NotPermitted, match="judged-before"):
        rule(town.city_auditor, ref, ruling="former", grounds="I was right.")
    assert t.pledge_row(ref).state == "refuted"
    rule(fresh, ref, ruling="confirmed", grounds="It came.")
    assert t.pledge_row(ref).state == "confirmed"


def test_an_appeal_cannot_take_units_that_somebody_else_has(town: Town) -> None:
    ref, wish, donor = brought_to(town, "sent")
    dispute(donor, ref, reason="not-arrived")
    rule(town.auditor, ref, ruling="refuted", grounds="Never sent.")
    claim(t.person(), wish, units=1)
    appeal(donor, ref, grounds="It was sent.")
    with pytest.raises(Conflict, match="moved-meanwhile"):
        rule(town.city_auditor, ref, ruling="confirmed", grounds="It came.")
    rule(town.city_auditor, ref, ruling="former", grounds="It stands.")
    assert t.pledge_row(ref).state == "refuted"


def test_too_late_to_dispute_or_appeal(town: Town, travel: Travel) -> None:
    ref, _, donor = brought_to(town, "confirmed")
    other, _, giver = brought_to(town, "sent")
    dispute(giver, other, reason="not-arrived")
    rule(town.auditor, other, ruling="former", grounds="On its way.")
    travel(MONDAY + timedelta(days=31))
    with pytest.raises(Conflict, match="dispute-too-late"):
        dispute(donor, ref, reason="other")
    with pytest.raises(Conflict, match="appeal-too-late"):
        appeal(giver, other, grounds="x")


def test_a_concern_needs_no_account_and_is_answered(town: Town) -> None:
    wish = t.wish(town)
    ref = report(VISITOR, reason="false-need", words="Canary words", wish_ref=wish, reply="me@example.org")
    with pytest.raises(Invalid, match="words-missing"):
        report(VISITOR, reason="other", words=" ")
    end_reading()
    case = reading().execute(select(Case).where(Case.ref == ref)).scalar_one()
    assert (case.kind, case.region_code, case.state) == ("report", t.COUNTY, "open")
    bodies = b"".join(reading().scalars(select(ENTRIES.c.body)))
    assert b"Canary" not in bodies and b"example.org" not in bodies
    with pytest.raises(Missing):
        rule_concern(town.reviewer, ref, ruling="upheld", grounds="x")
    rule_concern(town.auditor, ref, ruling="unfounded", grounds="The need stands.")
    nowhere = report(VISITOR, reason="charged-money", words="Somebody asked for money.")
    rule_concern(t.person((t.Role.AUDITOR, "990102")), nowhere, ruling="upheld", grounds="Stopped.")
