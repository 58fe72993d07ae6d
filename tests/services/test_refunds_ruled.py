"""Money that a ruling gives back: its organisation owes the refund, with a clock, and names its document."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.db import db, end_reading, reading
from charity.domain.errors import Conflict, Invalid, Missing
from charity.ledger.verifying.tables import compare
from charity.models.ledger import ENTRIES
from charity.models.organisations import Payout
from charity.queries.cases import get_case
from charity.queries.organisations.money import get_money_desk, get_money_gift
from charity.queries.pledges.own import get_own
from charity.services.pledges import cases, clocks, money, receive, rule
from tests.services import town as t
from tests.services.test_money import REFUND, Fund, given, notices, run_out
from tests.services.test_money import at as fund
from tests.services.test_payees import later

__all__ = ["fund"]


def ruled_back(at: Fund, donor: t.Actor, *, to: str = "at_point") -> str:
    ref = given(at, donor, to=to)
    cases.dispute(donor, ref, reason="misuse")
    rule.rule(at.town.auditor, ref, ruling="returned", grounds="请机构退回")
    end_reading()
    return ref


def test_a_ruling_that_gives_money_back_leaves_a_refund_owed_until_its_document_is_named(fund: Fund) -> None:
    donor = t.person()
    ref = ruled_back(fund, donor)
    row = t.pledge_row(ref)
    assert (row.state, row.clock, row.act_by is not None) == ("returned", "refund", True)
    assert t.wish_row(fund.wish).in_transit == 0
    clocks.pledge_reminder(fund.town.auditor, ref)
    assert notices("due-refund") == [fund.officer.account_id]
    own = get_own(donor, ref)
    assert (own.owes_refund, own.refund, "dispute" in own.acts) == (True, None, False)
    piles = get_money_desk(fund.officer, fund.ref).piles
    assert ([line.ref for line in piles["back"].rows], piles["ended"].rows) == ([ref], ())
    end_reading()
    with pytest.raises(Conflict, match="refund-awaited"):
        cases.dispute(donor, ref, reason="not-back")
    with pytest.raises(Conflict, match="not-in-this-state"):
        money.report_late(fund.officer, ref)
    for number in ("", "1"):
        with pytest.raises(Invalid, match="document-missing"):
            receive.return_(fund.officer, ref, reason="other", document=number)
    for who in (donor, t.person(), fund.town.auditor):
        with pytest.raises(Missing):
            receive.return_(who, ref, reason="other", document=REFUND)
    receive.return_(fund.officer, ref, reason="other", document=REFUND)
    row = t.pledge_row(ref)
    assert (row.state, row.clock, row.act_by) == ("returned", None, None)
    assert notices("money-returned") == [donor.account_id]
    [paid] = reading().scalars(select(Payout))
    assert (paid.is_refund, REFUND.encode() in paid.document_sealed) == (True, False)
    assert REFUND.encode() not in b"".join(reading().scalars(select(ENTRIES.c.body)))
    own = get_own(donor, ref)
    assert own.refund is not None
    assert (own.owes_refund, own.refund.document, "dispute" in own.acts) == (False, REFUND, True)
    end_reading()
    with pytest.raises(Conflict, match="not-in-this-state"):
        receive.return_(fund.officer, ref, reason="other", document=REFUND)
    assert compare(db.engine).pledges == 1


@pytest.mark.parametrize(("ruling", "state"), [("former", "returned"), ("sent", "sent")])
def test_its_donor_says_from_the_document_on_that_it_never_came(fund: Fund, ruling: str, state: str) -> None:
    donor = t.person()
    ref = ruled_back(fund, donor, to="handed_over")
    receive.return_(fund.officer, ref, reason="other", document=REFUND)
    cases.dispute(donor, ref, reason="not-back")
    end_reading()
    file = get_case(fund.town.auditor, get_own(donor, ref).cases[-1].ref)
    assert file.refund is not None
    assert file.refund.document == REFUND
    end_reading()
    rule.rule(fund.town.auditor, ref, ruling=ruling, grounds="银行流水")
    row = t.pledge_row(ref)
    assert (row.state, row.clock) == (state, "money-arrival" if state == "sent" else None)


def test_an_officer_who_sends_money_back_himself_owes_nothing_more(fund: Fund) -> None:
    ref = given(fund, t.person(), to="at_point")
    receive.return_(fund.officer, ref, reason="refused", document=REFUND)
    assert t.pledge_row(ref).clock is None
    with pytest.raises(Conflict, match="not-in-this-state"):
        receive.return_(fund.officer, ref, reason="refused", document="TH20261122000999")
    end_reading()
    assert not get_money_gift(fund.officer, fund.ref, ref).owes_refund


def test_a_refund_that_is_late_is_told_to_the_county_and_its_donor_may_say_so(
    fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    donor = t.person()
    ref = ruled_back(fund, donor)
    assert run_out(ref) == "overdue-county"
    assert t.pledge_row(ref).is_overdue
    assert notices("pledge-overdue") == [fund.office.account_id]
    later(monkeypatch, clock.now() + timedelta(days=40))
    assert "dispute" in get_own(donor, ref).acts
    end_reading()
    cases.dispute(donor, ref, reason="not-back")
    rule.rule(fund.town.auditor, ref, ruling="former", grounds="请尽快退回")
    row = t.pledge_row(ref)
    assert (row.clock, row.is_overdue) == ("refund", False), "it is owed still, with a new time"
    later(monkeypatch, clock.now() + timedelta(days=41))
    receive.return_(fund.officer, ref, reason="other", document=REFUND)
    cases.dispute(donor, ref, reason="not-back")


def test_an_appeal_lets_the_refund_wait_for_the_level_above(fund: Fund) -> None:
    donor = t.person()
    ref = ruled_back(fund, donor)
    above = t.person((t.Role.AUDITOR, t.COUNTY[:4]))
    cases.appeal(fund.officer, ref, grounds="款项已用于该户")
    assert t.pledge_row(ref).clock is None
    rule.rule(above, ref, ruling="former", grounds="维持原结论")
    assert t.pledge_row(ref).clock == "refund"
