"""What a donor says of money nobody has accounted for, rulings officers appeal on a page, and lists that go on."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters import clock
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Missing
from charity.models.cases import Case
from charity.models.ledger import ENTRIES
from charity.models.outbox import Notice
from charity.models.payees import TransferSaid
from charity.models.pledges import Pledge
from charity.queries.cases import get_case
from charity.queries.organisations import money as reading_money
from charity.services import accounts
from charity.services.pledges import rule, saying
from tests.kit.client import Client
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_money import Fund, given, run_out
from tests.services.test_money import at as fund

__all__ = ["fund"]
pytestmark = pytest.mark.backends("sqlite")
RECEIPT = "电子回单 20261120 尾号 5566"
Of = Callable[[Actor], Client]


@pytest.fixture
def of(app: Flask) -> Of:
    return lambda who: signed_in(app, who)


def unsettled(at: Fund, donor: Actor) -> str:
    ref = given(at, donor)
    assert run_out(ref)
    assert t.pledge_row(ref).state == "lapsed_unsettled"
    return ref


def case_of(ref: str) -> str:
    end_reading()
    found = reading().scalars(select(Case.ref).join(Pledge, Pledge.id == Case.pledge_id).where(Pledge.ref == ref)).all()
    end_reading()
    return found[-1]


def test_the_donor_says_that_it_was_sent_and_the_auditor_alone_reads_the_receipt(fund: Fund, of: Of) -> None:
    donor, auditor, office = t.person(), t.person((Role.AUDITOR, t.COUNTY)), fund.office
    ref = unsettled(fund, donor)
    page = f"/pledges/{ref}/said"
    assert f'href="{page}"' in of(donor).get(f"/pledges/{ref}").text
    today = day_of(clock.now()).isoformat()
    for wrong in ({"was_sent": "yes"}, {"was_sent": "yes", "sent_on": "2020-01-01", "receipt": RECEIPT}):
        assert post(of(donor), page, wrong).status_code == 422
    said = {"was_sent": "yes", "sent_on": today, "receipt": RECEIPT}
    assert post(of(donor), page, said).status_code == 303
    end_reading()
    shown = get_case(auditor, case_of(ref)).said
    assert [(one.was_sent, one.receipt) for one in shown] == [(True, RECEIPT)]
    assert RECEIPT in of(auditor).get(f"/audit/cases/{case_of(ref)}").text
    assert RECEIPT not in of(office).get(f"/audit/cases/{case_of(ref)}").text, "officials see the case, not the words"
    assert RECEIPT not in of(fund.officer).get(f"/organisations/{fund.ref}/money/{ref}").text
    assert RECEIPT in of(donor).get(page).text
    [row] = reading().scalars(select(TransferSaid))
    assert RECEIPT.encode() not in (row.receipt_sealed or b"")
    told = b"".join(reading().scalars(select(ENTRIES.c.body)))
    assert b"money-sent" in told
    assert RECEIPT.encode() not in told
    kinds = {kind for (kind,) in reading().execute(select(Notice.kind))}
    assert {"transfer-said", "transfer-said-sent"} <= kinds
    end_reading()
    assert t.pledge_row(ref).state == "lapsed_unsettled", "saying it is no ruling"


def test_saying_no_by_the_api_and_not_when_nobody_asks(fund: Fund, app: Flask, of: Of) -> None:
    donor, other = t.person(), t.person()
    ref = unsettled(fund, donor)
    for who, status in ((other, 404), (fund.town.volunteer, 404), (donor, 200)):
        token = accounts.make_token(who, name="program")
        answer = app.test_client().post(
            f"/api/v1/pledges/{ref}/say-transfer",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": who.ref},
            data=json.dumps({"was_sent": False}),
            content_type="application/json",
        )
        assert answer.status_code == status, answer.text
    rule.rule(t.person((Role.AUDITOR, t.COUNTY)), ref, ruling="lapsed", grounds="没有转账")
    with pytest.raises(Conflict, match="not-in-this-state"):
        saying.say_transfer(donor, ref, was_sent=False)
    held = given(fund, other)
    with pytest.raises(Conflict, match="not-in-this-state"):
        saying.say_transfer(other, held, was_sent=False)
    assert of(other).get(f"/pledges/{held}/said").status_code == 404
    with pytest.raises(Missing):
        saying.say_transfer(donor, held, was_sent=False)


def test_officers_appeal_a_ruling_on_a_page(fund: Fund, of: Of) -> None:
    donor, auditor = t.person(), t.person((Role.AUDITOR, t.COUNTY))
    ref = unsettled(fund, donor)
    page = f"/organisations/{fund.ref}/money/{ref}"
    assert "/appeal" not in of(fund.officer).get(page).text
    rule.rule(auditor, ref, ruling="lapsed", grounds="账上没有")
    shown = of(fund.officer).get(page).text
    assert f'href="{page}/appeal"' in shown
    assert "账上没有" in shown
    assert of(t.person()).get(f"{page}/appeal").status_code == 404
    assert post(of(fund.officer), f"{page}/appeal", {"grounds": ""}).status_code == 422
    assert post(of(fund.officer), f"{page}/appeal", {"grounds": "回单在此"}).status_code == 303
    end_reading()
    assert sorted(reading().scalars(select(Case.kind))) == ["appeal", "clock"]
    end_reading()
    assert "/appeal" not in of(fund.officer).get(page).text, "once"


def test_the_lists_of_officers_go_on_page_by_page(fund: Fund, of: Of, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_money, "FIRST", 2)
    monkeypatch.setattr(reading_money, "PER_PAGE", 2)
    refs = [given(fund, t.person(), units=1, to="sent") for _ in range(5)]
    late = {refs[1], refs[4]}
    with transaction() as tx:
        tx.session.execute(update(Pledge).where(Pledge.ref.in_(late)).values(is_overdue=True))
        tx.session.execute(update(Pledge).where(Pledge.ref == refs[2]).values(act_by=None))
        near = update(Pledge).where(Pledge.ref == refs[3])
        tx.session.execute(near.values(act_by=tx.now - timedelta(days=3)))
    end_reading()
    seen: list[str] = []
    pile = reading_money.get_money_desk(fund.officer, fund.ref).piles["arrive"]
    while True:
        seen += [row.ref for row in pile.rows]
        if pile.next is None:
            break
        pile = reading_money.get_money_pile(fund.officer, fund.ref, "arrive", cursor=pile.next).piles["arrive"]
    assert seen == [refs[1], refs[4], refs[3], refs[0], refs[2]], "overdue first, then by day, those without one last"
    first = of(fund.officer).get(f"/organisations/{fund.ref}/money").text
    assert "pile=arrive&amp;cursor=" in first
    assert of(fund.officer).get(f"/organisations/{fund.ref}/money?pile=arrive&cursor=what").status_code in (404, 422)
    assert of(t.person()).get(f"/organisations/{fund.ref}/money?pile=arrive").status_code == 404
