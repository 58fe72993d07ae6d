"""Pages of organisations and of money: what is refused there, who sees what, and acting in an organisation's name."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.errors import Conflict
from charity.domain.kinds import Kind
from charity.domain.reviews import NEED_CHECKLIST
from charity.domain.wishes import BeneficiaryKind
from charity.models.organisation_rows import reference_of
from charity.models.payees import PayeeShown
from charity.models.pledges import Pledge
from charity.services import accounts
from charity.services.organisations import decide
from charity.services.organisations.decide import Rights
from charity.services.pledges import confirm, send
from charity.services.pledges.claim import claim
from charity.services.wishes import money as asking
from charity.services.wishes import review
from charity.services.wishes.needs import Need
from tests.kit import charities as c
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.payees import ACCOUNT, let_pay, stand_account
from tests.kit.village import Village
from tests.kit.visits import post, signed_in
from tests.services.town import pledge_row

pytestmark = pytest.mark.backends("sqlite")
Of = Callable[[Actor], Client]
NAME = "云桥同心慈善基金会"
COSTS = Need(
    kind=Kind.MONEY,
    title="一学期住宿费",
    category="living-costs",
    reason_code="lacks-daily-things",
    unit_label="share",
    unit_fen=20_00,
    wanted=10,
)


@dataclass(frozen=True, slots=True)
class Fund:
    """A village, a foundation and its officer, and a wish for money that waits for review."""

    village: Village
    officer: Actor
    ref: str
    wish: str

    def publish(self) -> None:
        review.approve(self.village.reviewer, self.wish, checks=NEED_CHECKLIST, programme_code="COSTS")


@pytest.fixture
def at(app: Flask) -> Fund:
    village = v.build()
    with transaction() as tx:
        v.add_programme(tx, code="COSTS", kind=Kind.MONEY)
        officer = v.add_person(tx)
    ref = c.verified(officer, village.administrator, NAME, 1, v.COUNTY)
    home = BeneficiaryKind.HOUSEHOLD
    wish = asking.post_money(village.volunteer, home, village.family.ref, need=COSTS, receiver=ref)
    return Fund(village, officer, ref, wish)


@pytest.fixture
def of(app: Flask) -> Of:
    return lambda who: signed_in(app, who)


def test_nothing_is_published_that_no_organisation_receives(at: Fund) -> None:
    decide.change_rights(at.village.administrator, at.ref, rights=Rights())
    with pytest.raises(Conflict, match="no-receiver"):
        at.publish()
    decide.change_rights(at.village.administrator, at.ref, rights=Rights(takes_money=True))
    at.publish()


def test_a_volunteer_asks_for_money_of_families_only(at: Fund, of: Of) -> None:
    volunteer, child = of(at.village.volunteer), f"/desk/wishes/new/money/child/{at.village.family.child_ref}"
    assert volunteer.get(f"/desk/wishes/new/money/site/{at.village.site}").status_code == 404
    said = {
        "category": "school-costs",
        "title": "开学路费",
        "reason_code": "starts-school",
        "share": "30",
        "wanted": "5",
        "receiver": at.ref,
        "step": "hand-in",
    }
    assert post(volunteer, child, said).status_code == 422, "there are no shares of 30 yuan"
    assert post(volunteer, child, said | {"share": "10", "receiver": ""}).status_code == 422
    assert post(volunteer, child, said | {"share": "10"}).status_code == 303


def test_the_public_page_names_the_organisation_and_nothing_of_its_account(at: Fund, of: Of, client: Client) -> None:
    at.publish()
    page = client.get(f"/wishes/{at.wish}?lang=en").text
    assert NAME in page
    assert f"/organisations/{at.ref}" in page
    told = [page, client.get(f"/organisations/{at.ref}").text, client.get(f"/api/v1/organisations/{at.ref}").text]
    told += [client.get(f"/api/v1/wishes/{at.wish}").text, client.get("/organisations").text]
    for secret in (c.BANK_NUMBER, c.BANK_NAME, c.CONTACT, c.PHONE, "charity.example.org"):
        assert not [text for text in told if secret in text]
    donor = of(at.village.donor)
    ref = claim(at.village.donor, at.wish, units=1, display="nickname").id
    assert donor.get(f"/pledges/{ref}/bank").status_code == 302
    shown = post(donor, f"/pledges/{ref}/bank", shown_at=f"/pledges/{ref}")
    assert shown.location == f"/pledges/{ref}/bank"
    assert c.BANK_NUMBER in donor.get(f"/pledges/{ref}/bank").text, "the control: its claimant reads it"


def test_the_money_desk_is_its_officers_alone(at: Fund, of: Of) -> None:
    at.publish()
    ref = claim(at.village.donor, at.wish, units=2, display="nickname").id
    donor, officer = of(at.village.donor), of(at.officer)
    post(donor, f"/pledges/{ref}/transferred", shown_at=f"/pledges/{ref}")
    desk, gift = f"/organisations/{at.ref}/money", f"/organisations/{at.ref}/money/{ref}"
    for stranger in (at.village.donor, at.village.volunteer, at.village.administrator):
        assert of(stranger).get(desk).status_code == 404
        assert of(stranger).get(gift).status_code == 404
    assert post(officer, f"{gift}/arrive", {"units": "3"}, shown_at=gift).status_code == 422
    assert post(officer, f"{gift}/arrive", {"units": "2"}, shown_at=gift).status_code == 303
    let_pay(at.officer, ref)
    assert post(officer, f"{gift}/pay", {"document": "1"}, shown_at=gift).status_code == 422
    assert post(officer, f"{gift}/pay", {"document": "PZ-0001"}, shown_at=gift).status_code == 303
    reviewer = of(at.village.reviewer).get(f"/confirmations/{ref}?lang=en").text
    assert "PZ-0001" in reviewer
    assert "I have checked the slip" not in reviewer


def test_an_old_gift_is_found_by_its_reference_and_still_paid_out(at: Fund, of: Of) -> None:
    at.publish()
    ref = claim(at.village.donor, at.wish, units=2, display="nickname").id
    send.send(at.village.donor, ref)
    with transaction() as tx:
        old = {"claimed_at": tx.now - timedelta(days=400), "sent_at": tx.now - timedelta(days=390)}
        tx.session.execute(update(Pledge).where(Pledge.ref == ref).values(old))
    officer, desk = of(at.officer), f"/organisations/{at.ref}/money"
    reference, gift = reference_of(ref), f"{desk}/{ref}"
    assert reference in officer.get(desk).text, "what waits for somebody is never too old"
    found = officer.get(f"{desk}?reference={reference.lower().replace('-', '+')}")
    assert (found.status_code, found.location) == (303, gift)
    assert officer.get(f"{desk}?reference=AAAAA-BBBBB&lang=en").text.count("No gift to this organisation") == 1
    assert of(at.village.donor).get(f"{desk}?reference={reference}").status_code == 404
    assert post(officer, f"{gift}/arrive", {"units": "2"}, shown_at=gift).status_code == 303
    let_pay(at.officer, ref)
    assert post(officer, f"{gift}/pay", {"document": "PZ-0003"}, shown_at=gift).status_code == 303
    confirm.confirm(at.village.reviewer, ref, basis="call-back")
    assert officer.get(gift).status_code == 200, "also when it has come true"


def test_acting_in_its_name_shuts_the_persons_own_rooms(at: Fund, of: Of) -> None:
    officer, stranger = of(at.officer), of(at.village.donor)
    assert post(stranger, f"/organisations/{at.ref}/act", shown_at="/intentions/new").status_code == 404
    post(officer, f"/organisations/{at.ref}/act", shown_at="/organisations/mine")
    page = officer.get("/wishes?lang=en").text
    assert f"You act in the name of {NAME}" in page
    assert officer.get("/account").status_code == 403
    assert officer.get("/account/tokens").status_code == 403
    with transaction() as tx:
        wish = v.add_public(tx, at.village.volunteer, "图书角绘本", at=v.later(-2), wanted=9).ref
    post(officer, f"/wishes/{wish}/claim", {"units": "1", "display": "nickname"})
    decide.end(at.village.administrator, at.ref, reason="own-wish")
    refused = post(officer, f"/wishes/{wish}/claim", {"units": "1", "display": "nickname"})
    assert refused.status_code == 403
    post(officer, "/organisations/acting/stop", shown_at="/organisations/acting")
    assert officer.get("/account").status_code == 200


def test_money_over_the_api(at: Fund, app: Flask, client: Client) -> None:
    at.publish()
    ref = claim(at.village.donor, at.wish, units=1, display="nickname").id

    token = cache(lambda who: accounts.make_token(who, name="program"))

    def act(who: Actor, name: str, **body: object) -> int:
        headers = {"Authorization": f"Bearer {token(who)}", "Idempotency-Key": secrets.token_hex(8)}
        return client.post(f"/api/v1/pledges/{ref}/{name}", headers=headers, json=body).status_code

    assert act(at.village.donor, "plan") == 409
    assert act(at.village.donor, "send") == 200
    assert act(at.village.volunteer, "receive") == 404
    assert act(at.officer, "receive", units=1) == 200
    assert act(at.officer, "hand-over", document="PZ-0002") == 409, "nobody wrote down where the family's money goes"
    stand_account(int(pledge_row(ref).beneficiary[1:]), by=at.village.reviewer.account_id)
    assert act(at.officer, "hand-over", document="PZ-0002") == 409, "nobody opened the family's account"
    for who in (at.village.donor, at.village.volunteer, at.village.reviewer, at.village.administrator):
        assert act(who, "payee", purpose="pay") == 404
    assert act(at.officer, "payee", purpose="curious") == 422
    assert act(at.officer, "payee") == 422

    def seen(who: Actor) -> tuple[int, str]:
        found = client.get(f"/api/v1/pledges/{ref}/payee", headers={"Authorization": f"Bearer {token(who)}"})
        return found.status_code, found.get_data(as_text=True)

    assert seen(at.officer)[0] == 404, "nothing shows that was not opened"
    assert act(at.officer, "payee", purpose="pay") == 201
    status, told = seen(at.officer)
    assert (status, ACCOUNT.number in told) == (200, True)
    assert seen(at.village.donor)[0] == 404
    end_reading()
    [look] = reading().scalars(select(PayeeShown)).all()
    assert (look.account_id, look.purpose) == (at.officer.account_id, "pay")
    end_reading()
    assert act(at.officer, "hand-over") == 422
    assert act(at.officer, "undo") == 200
    assert act(at.officer, "receive") == 200
    assert act(at.officer, "hand-over", document="PZ-0002") == 200
    assert pledge_row(ref).state == "handed_over"
    assert seen(at.officer)[0] == 404, "gone from view once it was paid"
    assert act(at.officer, "payee", purpose="pay") == 409
