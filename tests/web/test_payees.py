"""Pages of a family's account, of an organisation's limit and officers, and of agreements: through the public door."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.crypto import seal
from charity.adapters.db import end_reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.models.households import Household
from charity.models.payees import Payee, told_place
from charity.services.organisations import agreements, people
from charity.services.organisations.agreements import Pairing, Step
from charity.services.register import payees
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_money import DOCUMENT, Fund, given
from tests.services.test_payees import NUMBER, OF_VILLAGE, OTHER_NUMBER, OWN, WHY, add_head, plain_fund, second_reviewer

__all__ = ["plain_fund"]
pytestmark = pytest.mark.backends("sqlite")
Of = Callable[[Actor], Client]
SAID = {"way": "account", "holder": OWN.holder, "bank": OWN.bank, "number": NUMBER, "speaks": "self", "agreed": "y"}


@pytest.fixture
def fund(plain_fund: Fund) -> Fund:
    add_head(plain_fund.town)
    return plain_fund


@pytest.fixture
def of(app: Flask) -> Of:
    return lambda who: signed_in(app, who)


def home(at: Fund) -> str:
    with transaction() as tx:
        return tx.session.get_one(Household, int(at.town.beneficiary[1:])).ref


def test_an_account_from_the_township_to_the_payment(fund: Fund, of: Of) -> None:
    page, township, officer = f"/households/{home(fund)}/payee", of(fund.town.reviewer), of(fund.officer)
    here = given(fund, t.person(), units=1, to="at_point")
    gift = f"/organisations/{fund.ref}/money/{here}"
    assert page in township.get("/payees").text
    assert f'href="{page}"' in township.get(f"/households/{home(fund)}").text
    for who in (fund.town.volunteer, fund.officer, fund.office, second_of(v.OTHER_COUNTY)):
        assert of(who).get(page).status_code in (403, 404)
    assert post(township, page, SAID | {"agreed": ""}).status_code == 422
    assert post(township, page, SAID | {"speaks": "guardian"}).status_code == 422
    assert post(township, page, SAID | {"number": "12"}).status_code == 422
    assert post(township, page, SAID).status_code == 303
    shown = township.get(page).text
    assert "…5667" in shown
    assert NUMBER not in shown
    other = of(second_reviewer())  # money is here already, so one person is not enough
    waiting = next(part for part in township.get("/payees").text.split('"') if part.startswith("/payees/"))
    assert post(officer, f"{gift}/payee", {"purpose": "pay"}, shown_at=gift).status_code == 409
    assert NUMBER not in other.get(waiting).text
    assert post(other, f"{waiting}/yes", {"number": OTHER_NUMBER}, shown_at=waiting).status_code == 422
    assert post(other, f"{waiting}/yes", {"number": NUMBER}, shown_at=waiting).status_code == 303
    assert NUMBER not in officer.get(gift).text
    assert officer.get(f"{gift}/payee").status_code == 302, "nothing shows that was not opened"
    assert post(officer, f"{gift}/payee", {"purpose": "pay"}, shown_at=gift).status_code == 303
    opened = officer.get(f"{gift}/payee")
    assert NUMBER in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    assert post(officer, f"{gift}/pay", {"document": DOCUMENT}, shown_at=gift).status_code == 303
    assert officer.get(f"{gift}/payee").status_code == 302, "gone from view once it was paid"
    log = township.get(f"/households/{home(fund)}/log?lang=en").text
    assert "To pay the family" in log
    assert "…5667" in of(fund.town.reviewer).get(f"/confirmations/{here}").text


def second_of(region: str) -> Actor:
    return t.person((Role.REVIEWER, region))


def test_a_changed_account_says_on_the_officers_page_why_it_does_not_open(fund: Fund, of: Of) -> None:
    page, township = f"/households/{home(fund)}/payee", of(fund.town.reviewer)
    assert post(township, page, SAID).status_code == 303
    here = given(fund, t.person(), units=1, to="at_point")
    gift = f"/organisations/{fund.ref}/money/{here}?lang=en"
    assert "Open the account" in of(fund.officer).get(gift).text
    assert post(township, page, SAID | {"number": OTHER_NUMBER}).status_code == 422, "a change has a reason"
    assert post(township, page, SAID | {"number": OTHER_NUMBER, "reason": WHY}).status_code == 303
    told = of(fund.officer).get(gift).text
    assert "Please do not pay now" in told
    assert "Open the account" not in told
    assert "Confirm the payment" not in told
    here_pay = gift.replace("?lang=en", "/pay")
    assert post(of(fund.officer), here_pay, {"document": DOCUMENT}, shown_at=gift).status_code == 409


def test_pages_of_what_a_forgotten_family_leaves(fund: Fund, of: Of) -> None:
    here = given(fund, t.person(), units=1, to="handed_over")
    change = payees.record(second_reviewer(), home(fund), account=OF_VILLAGE, agreed=True, reason=WHY)
    reviewer = of(fund.town.reviewer)
    waits = f"/payees/{change}"
    assert waits in reviewer.get("/payees").text
    with transaction() as tx:
        for row in tx.session.scalars(select(Payee)):
            row.told_sealed = seal("", place=told_place(row.ref))
    for page in (f"/confirmations/{here}", "/payees", waits, f"/households/{home(fund)}/payee"):
        assert reviewer.get(page).status_code == 200
    with transaction() as tx:
        tx.session.get_one(Household, int(fund.town.beneficiary[1:])).closed_at = tx.now
    assert waits not in reviewer.get("/payees").text
    assert reviewer.get(waits).status_code == 404


def test_the_office_keeps_the_limit_and_confirms_officers(fund: Fund, of: Of) -> None:
    member = t.person()
    people.join(member, code=people.make_code(fund.officer, fund.ref).code, is_counted=False)
    desk, keeping = f"/organisations/{fund.ref}/desk", f"/admin/organisations/{fund.ref}/keeping"
    office, officer = of(fund.office), of(fund.officer)
    asking = next(part for part in officer.get(desk).text.split('"') if part.endswith("/officer"))
    assert post(officer, asking, shown_at=desk).status_code == 303
    saying = next(part for part in office.get(keeping).text.split('"') if part.endswith("/yes"))
    assert of(member).get(desk).status_code == 404
    assert post(office, saying, shown_at=keeping).status_code == 303
    assert of(member).get(desk).status_code == 200
    change = keeping.replace("keeping", "places")
    assert post(office, change, {"places": "49", "words": WHY}, shown_at=keeping).status_code == 422
    assert post(office, change, {"places": "80", "words": WHY}, shown_at=keeping).status_code == 303
    assert WHY in officer.get(desk).text
    ending = next(part for part in office.get(keeping).text.split('"') if part.endswith("/end"))
    assert post(office, ending, shown_at=keeping).status_code == 303
    acts = of(t.person((Role.AUDITOR, t.COUNTY))).get(f"/audit/organisations?organisation={fund.ref}&lang=en").text
    assert "asked for another officer" in acts
    for who in (fund.officer, fund.town.reviewer):
        assert of(who).get("/audit/organisations").status_code == 403


def test_agreements_stand_in_public_by_county_and_their_milestones_at_the_desks(
    fund: Fund, of: Of, client: Client
) -> None:
    today = day_of(clock.now())
    pairing = Pairing(
        organisation=fund.ref,
        commitments="一年内建一间阅览室",
        starts_on=today - timedelta(days=90),
        ends_on=date(2099, 1, 1),
        steps=(Step("阅览室开放", today - timedelta(days=5)), Step("图书到位", today + timedelta(days=9))),
    )
    for place in (t.VILLAGE, t.COUNTY):
        ref = agreements.propose(fund.office, place, pairing=pairing)
        agreements.answer(fund.officer, fund.ref, ref, agrees=True)
    end_reading()
    wall = client.get("/agreements?lang=en").text
    assert wall.count("阅览室开放") == 2
    assert "Overdue" in wall
    assert client.get(f"/agreements?region={v.OTHER_COUNTY}").text.count("阅览室开放") == 0
    assert t.VILLAGE not in wall
    items = client.get("/api/v1/agreements").get_json()["items"]
    assert [(one["county"], one["level"]) for one in items] == [(t.COUNTY, "county"), (t.COUNTY, "village")]
    township = of(fund.town.reviewer)
    assert township.get("/agreements/milestones").text.count("阅览室开放") == 2, "its villages', and its county's"
    assert township.get("/agreements/milestones?pile=soon").text.count("图书到位") == 2
    far = of(second_of(v.OTHER_COUNTY))
    assert "阅览室开放" not in far.get("/agreements/milestones").text
    assert of(fund.officer).get("/agreements/milestones").status_code == 403
    met = next(part for part in of(fund.office).get("/agreements/milestones").text.split('"') if part.endswith("/met"))
    assert post(of(fund.office), met, shown_at="/agreements/milestones").status_code == 303
    assert of(fund.office).get("/agreements/milestones?pile=met").text.count("阅览室开放") == 1
    assert client.get("/agreements/milestones").status_code in (302, 401)
