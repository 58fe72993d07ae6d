"""Money an officer says went back: by which document, what its donor does when it never came, and what if it did."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.db import db, end_reading, reading
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.ledger.verifying.tables import compare
from charity.models.ledger import ENTRIES
from charity.models.organisations import Payout
from charity.queries.cases import get_case
from charity.queries.organisations.money import get_money_desk
from charity.queries.pledges.own import get_own
from charity.services.pledges import cases, money, receive, rule
from tests.services import town as t
from tests.services.test_money import REFUND, Fund, given, notices
from tests.services.test_money import at as fund
from tests.services.test_payees import later

__all__ = ["fund"]


def gone_back(at: Fund, donor: t.Actor, document: str = REFUND) -> str:
    ref = given(at, donor, to="at_point")
    receive.return_(at.officer, ref, reason="refused", document=document)
    return ref


def test_money_goes_back_only_by_a_document_that_is_kept_sealed_and_its_donor_is_told(fund: Fund) -> None:
    donor = t.person()
    ref = given(fund, donor, to="at_point")
    for number in ("", " ", "1"):
        with pytest.raises(Invalid, match="document-missing"):
            receive.return_(fund.officer, ref, reason="refused", document=number)
    assert t.pledge_row(ref).state == "at_point"
    receive.return_(fund.officer, ref, reason="refused", document=REFUND)
    assert notices("money-returned") == [donor.account_id]
    [row] = reading().scalars(select(Payout))
    assert (row.is_refund, REFUND.encode() in row.document_sealed) == (True, False)
    assert REFUND.encode() not in b"".join(reading().scalars(select(ENTRIES.c.body)))
    end_reading()
    own = get_own(donor, ref)
    assert own.refund is not None
    assert (own.refund.document, "dispute" in own.acts) == (REFUND, True)
    [line] = get_money_desk(fund.officer, fund.ref).piles["ended"].rows
    assert (line.ref, line.state) == (ref, "returned")


@pytest.mark.parametrize(("ruling", "state", "in_transit"), [("sent", "sent", 3), ("former", "returned", 0)])
def test_its_donor_says_that_it_never_came_back_and_an_auditor_rules(
    fund: Fund, ruling: str, state: str, in_transit: int
) -> None:
    donor = t.person()
    gone_back(fund, t.person())
    ref = gone_back(fund, donor)
    with pytest.raises(Invalid, match="reason-unknown"):
        cases.dispute(donor, ref, reason="not-arrived")
    for who in (t.person(), fund.town.neighbour):
        with pytest.raises(Missing):
            cases.dispute(who, ref, reason="not-back")
    for who in (fund.officer, fund.town.poster):
        with pytest.raises(NotPermitted, match="not-your-act"):
            cases.dispute(who, ref, reason="not-back")
    cases.dispute(donor, ref, reason="not-back", words="账上没有这笔退款")
    assert t.pledge_row(ref).state == "returned"
    assert notices("money-not-back") == [fund.officer.account_id]
    assert fund.town.auditor.account_id in notices("case-to-rule")
    with pytest.raises(Conflict, match="case-open-already"):
        cases.dispute(donor, ref, reason="not-back")
    end_reading()
    own = get_own(donor, ref)
    assert ("dispute" in own.acts, own.cases[0].reason) == (False, "not-back")
    file = get_case(fund.town.auditor, own.cases[0].ref)
    assert file.refund is not None
    assert (file.refund.document, file.refund.is_used_before) == (REFUND, True)
    assert {"former", "sent"} <= set(file.rulings)
    end_reading()
    rule.rule(fund.town.auditor, ref, ruling=ruling, grounds="银行流水")
    assert t.pledge_row(ref).state == state
    assert t.wish_row(fund.wish).in_transit == in_transit
    with pytest.raises((Conflict, Invalid)):
        cases.dispute(donor, ref, reason="not-back")
    end_reading()
    assert compare(db.engine).pledges == 2


def test_it_is_too_late_to_say_so_after_30_days(fund: Fund, monkeypatch: pytest.MonkeyPatch) -> None:
    donor = t.person()
    ref = gone_back(fund, donor)
    later(monkeypatch, clock.now() + timedelta(days=30, minutes=1))
    assert "dispute" not in get_own(donor, ref).acts
    end_reading()
    with pytest.raises(Conflict, match="dispute-too-late"):
        cases.dispute(donor, ref, reason="not-back")


def test_money_that_comes_again_after_a_return_opens_a_case(fund: Fund) -> None:
    donor = t.person()
    ref = gone_back(fund, donor)
    with pytest.raises(Missing):
        money.report_late(donor, ref)
    case = money.report_late(fund.officer, ref)
    assert notices("money-came-late") == [donor.account_id]
    with pytest.raises(Conflict, match="case-open-already"):
        money.report_late(fund.officer, ref)
    with pytest.raises(Conflict, match="case-open-already"):
        cases.dispute(donor, ref, reason="not-back")
    end_reading()
    assert "sent" in get_case(fund.town.auditor, case).rulings
    end_reading()
    rule.rule(fund.town.auditor, ref, ruling="sent", grounds="退款被银行退回")
    receive.receive(fund.officer, ref)
    receive.return_(fund.officer, ref, reason="other", document="TH20261122000999")
    cases.dispute(donor, ref, reason="not-back")
    end_reading()
    assert compare(db.engine).pledges == 1
