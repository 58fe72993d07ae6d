"""Money by programs alone: the township's account, the second word, the officer's payment, the village's question."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.db import transaction
from charity.domain.actors import Role
from charity.models.accounts import RoleGrant
from tests.kit import village as v
from tests.safety.test_api import Program, refused
from tests.services import town as t
from tests.services.test_money import DOCUMENT, Fund, given
from tests.services.test_payees import NUMBER, OTHER_NUMBER, OWN, WHY, add_head, plain_fund, second_reviewer
from tests.web.test_payees import home

__all__ = ["plain_fund"]
pytestmark = pytest.mark.backends("sqlite")
SAID: dict[str, Any] = {"way": "account", "holder": OWN.holder, "bank": OWN.bank, "number": NUMBER, "agreed": True}


@pytest.fixture
def fund(plain_fund: Fund) -> Fund:
    add_head(plain_fund.town)
    return plain_fund


def test_a_familys_money_from_the_account_to_the_call_back(app: Flask, fund: Fund) -> None:
    township, officer = Program(app, fund.town.reviewer), Program(app, fund.officer)
    path, gift = f"/households/{home(fund)}/payee", f"/pledges/{given(fund, t.person(), units=1, to='sent')}"
    refused(township.post(path, SAID | {"agreed": False}), 422, "payee-not-agreed")
    refused(township.post(path, SAID | {"way": "cash"}), 422)
    made = township.post(path, SAID)
    assert made.status_code == 201, made.text
    assert made.json is not None
    payee = f"/payees/{made.json['id']}"
    assert officer.post(f"{gift}/receive", {"units": 1}).status_code == 200
    refused(officer.post(f"{gift}/payee", {"purpose": "pay"}), 409, "payee-changing")
    refused(township.post(f"{payee}/confirm", {"number": NUMBER}), 403, "not-ones-own-question")
    other = Program(app, second_reviewer())
    refused(other.post(f"{payee}/confirm", {"number": OTHER_NUMBER}), 422, "payee-number-differs")
    assert other.post(f"{payee}/confirm", {"number": NUMBER}).status_code == 200
    shown = township.get(path)
    assert shown.json is not None
    assert [(one["state"], one["masked"]) for one in shown.json["items"]] == [("standing", f"…{NUMBER[-4:]}")]
    assert NUMBER not in shown.text
    opened = officer.post(f"{gift}/payee", {"purpose": "pay"})
    assert opened.json is not None
    assert opened.json["number"] == NUMBER
    assert officer.post(f"{gift}/hand-over", {"document": DOCUMENT}).status_code == 200
    assert township.post(f"{gift}/confirm", {"basis": "call-back"}).json["state"] == "confirmed"


def test_the_village_asks_and_a_no_takes_the_account_away(app: Flask, fund: Fund) -> None:
    township, volunteer = Program(app, fund.town.reviewer), Program(app, fund.town.volunteer)
    path = f"/households/{home(fund)}/payee"
    assert township.post(path, SAID).status_code == 201
    assert volunteer.get("/payees/to-tell").json == {"items": []}
    changed = township.post(path, SAID | {"number": OTHER_NUMBER, "reason": WHY})
    assert changed.json is not None
    payee = changed.json["id"]
    found = volunteer.get("/payees/to-tell")
    assert found.json is not None
    assert [one["id"] for one in found.json["items"]] == [payee]
    assert OTHER_NUMBER[-4:] not in found.text
    far = Program(app, t.person((Role.VOLUNTEER, v.OTHER_COUNTY)))
    assert far.get("/payees/to-tell").json == {"items": []}
    refused(far.post(f"/payees/{payee}/tell", {"wanted": False}), 404)
    refused(township.post(f"/payees/{payee}/tell", {"wanted": False}), 404)
    refused(volunteer.get(path), 403)
    assert volunteer.post(f"/payees/{payee}/tell", {"wanted": False}).status_code == 200
    assert township.get(path).json["items"] == []
    refused(volunteer.post(f"/payees/{payee}/tell", {"wanted": True}), 409, "payee-told")


def test_where_no_volunteer_is_left_a_reviewers_program_asks(app: Flask, fund: Fund) -> None:
    second = second_reviewer()
    with transaction() as tx:
        tx.session.execute(update(RoleGrant).where(RoleGrant.role == "volunteer").values(revoked_at=tx.now))
    township, other = Program(app, fund.town.reviewer), Program(app, second)
    path = f"/households/{home(fund)}/payee"
    assert township.post(path, SAID).status_code == 201
    changed = township.post(path, SAID | {"number": OTHER_NUMBER, "reason": WHY})
    assert changed.json is not None
    payee = changed.json["id"]
    assert township.get("/payees/to-tell").json == {"items": []}
    found = other.get("/payees/to-tell")
    assert found.json is not None
    assert [one["id"] for one in found.json["items"]] == [payee]
    refused(township.post(f"/payees/{payee}/tell", {"wanted": True}), 403, "payee-told-by-another")
    assert other.post(f"/payees/{payee}/tell", {"wanted": True}).status_code == 200
    assert other.get("/payees/to-tell").json == {"items": []}
