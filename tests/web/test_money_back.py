"""On the pages: money goes back by a document, its donor reads which, says that it never came, and officers see it."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from charity.domain.actors import Actor
from charity.services import accounts
from charity.services.pledges import cases, rule
from tests.kit.client import Client
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_money import REFUND, Fund, given
from tests.services.test_money import at as fund

__all__ = ["fund"]
pytestmark = pytest.mark.backends("sqlite")
Of = Callable[[Actor], Client]


@pytest.fixture
def of(app: Flask) -> Of:
    return lambda who: signed_in(app, who)


def test_money_goes_back_and_its_donor_says_that_it_never_came(fund: Fund, of: Of) -> None:
    giver = t.person()
    ref = given(fund, giver, to="at_point")
    gift, mine = f"/organisations/{fund.ref}/money/{ref}", f"/pledges/{ref}"
    officer, donor = of(fund.officer), of(giver)
    assert post(officer, f"{gift}/back", {"reason": "refused"}, shown_at=gift).status_code == 422
    said = {"reason": "refused", "document": REFUND}
    assert post(officer, f"{gift}/back", said, shown_at=gift).status_code == 303
    assert REFUND in donor.get(mine).text
    assert REFUND in officer.get(gift).text
    for stranger in (fund.town.poster, fund.town.reviewer):
        assert REFUND not in of(stranger).get(mine).text
    assert f"{mine}/dispute" in donor.get(mine).text
    assert "not-arrived" not in donor.get(f"{mine}/dispute").text
    assert post(donor, f"{mine}/dispute", {"reason": "not-arrived"}).status_code == 422
    assert post(donor, f"{mine}/dispute", {"reason": "not-back", "words": ""}).status_code == 302
    assert f"{mine}/dispute" not in donor.get(mine).text
    assert "a case is open" in officer.get(f"/organisations/{fund.ref}/money?pile=ended&lang=en").text
    assert f"{gift}/late" not in officer.get(gift).text


def test_an_officer_says_on_the_page_that_it_is_here_again(fund: Fund, of: Of) -> None:
    ref = given(fund, t.person(), to="sent")
    gift, officer = f"/organisations/{fund.ref}/money/{ref}", of(fund.officer)
    said = {"reason": "other", "document": REFUND}
    assert post(officer, f"{gift}/back", said, shown_at=gift).status_code == 303
    assert post(officer, f"{gift}/late", shown_at=gift).status_code == 303
    assert t.pledge_row(ref).state == "returned", "an auditor rules"


def test_over_the_api_a_refund_needs_its_document_too(fund: Fund, app: Flask) -> None:
    donor = t.person()
    ref = given(fund, donor, to="at_point")

    def act(who: Actor, name: str, **body: object) -> int:
        token = accounts.make_token(who, name="program")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{name}{len(body)}"}
        path, told = f"/api/v1/pledges/{ref}/{name}", json.dumps(body)
        return app.test_client().post(path, headers=headers, data=told, content_type="application/json").status_code

    assert act(fund.officer, "return", reason="other") == 422
    assert act(fund.officer, "return", reason="other", document=REFUND) == 200
    assert act(donor, "dispute", reason="other") == 422
    assert act(donor, "dispute", reason="not-back", words="没有到账") == 200


def test_what_a_ruling_gives_back_waits_on_the_officers_desk_until_its_document_is_named(fund: Fund, of: Of) -> None:
    giver = t.person()
    ref = given(fund, giver, to="at_point")
    cases.dispute(giver, ref, reason="misuse")
    rule.rule(fund.town.auditor, ref, ruling="returned", grounds="请机构退回")
    gift, mine, desk = f"/organisations/{fund.ref}/money/{ref}", f"/pledges/{ref}", f"/organisations/{fund.ref}/money"
    officer, donor = of(fund.officer), of(giver)
    assert "To be sent back after a ruling" in officer.get(f"{desk}?lang=en").text
    assert f"{gift}/late" not in officer.get(gift).text
    assert "A ruling gives your money back" in donor.get(f"{mine}?lang=en").text
    assert f"{mine}/dispute" not in donor.get(mine).text
    assert post(officer, f"{gift}/back", {"reason": "other"}, shown_at=gift).status_code == 422
    assert post(officer, f"{gift}/back", {"reason": "other", "document": REFUND}, shown_at=gift).status_code == 303
    assert "To be sent back after a ruling" not in officer.get(f"{desk}?lang=en").text
    assert REFUND in donor.get(mine).text
    assert f"{mine}/dispute" in donor.get(mine).text
    assert REFUND in officer.get(gift).text
