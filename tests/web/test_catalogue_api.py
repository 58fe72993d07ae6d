"""The catalogue over the API: read by everybody, kept by administrators of a province, with a reason and by `was`."""

from typing import Any

import pytest
from flask import Flask

from charity.adapters.db import transaction
from charity.domain.actors import Actor, Role
from tests.kit import village as v
from tests.safety.test_api import Program, refused

pytestmark = pytest.mark.backends("sqlite")
STANDS = {"low_fen": 30_00, "top_fen": 90_00, "necessity": "basic", "size": "clothes", "season": [5, 6]}
NEW = STANDS | {
    "code": "rain-coat",
    "name_zh": "雨衣",
    "name_en": "Rain coat",
    "beneficiaries": ["child", "household"],
    "reason": "梅雨季节",
}


@pytest.fixture
def village(app: Flask) -> v.Village:
    return v.build()


@pytest.fixture
def office(app: Flask, village: v.Village) -> Program:
    with transaction() as tx:
        keeper: Actor = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
    return Program(app, keeper)


def thing(app: Flask, code: str) -> dict[str, Any]:
    found = Program(app, None).get(f"/catalogue/{code}")
    assert found.status_code == 200, found.text
    assert found.json is not None
    return found.json


def test_everybody_reads_what_can_be_asked_for(app: Flask, village: v.Village) -> None:
    found = Program(app, None).get("/catalogue").json
    assert found is not None
    coat = next(item for item in found["items"] if item["code"] == "coat")
    assert (coat["name_zh"], coat["name_en"]) == ("棉衣外套", "Coat or padded jacket")
    assert (coat["low_fen"], coat["top_fen"], coat["necessity"], coat["season"]) == (80_00, 260_00, "basic", [])
    assert (coat["size"], coat["sizes"][0], coat["is_offered"]) == ("clothes", "80", True)
    assert not [item for item in found["items"] if item["code"] in {"lessons", "school-costs"}]
    refused(Program(app, None).get("/catalogue/yacht"), 404)
    refused(Program(app, None).get("/catalogue/lessons"), 404)


def test_administrators_add_rename_change_and_retire(app: Flask, village: v.Village, office: Program) -> None:
    made = office.post("/catalogue", NEW, key="once")
    assert (made.status_code, made.json) == (201, {"code": "rain-coat"})
    assert office.post("/catalogue", NEW, key="once").json == {"code": "rain-coat"}
    refused(office.post("/catalogue", NEW), 409, "item-code-taken")
    stands = thing(app, "rain-coat")
    assert (stands["name_zh"], stands["name_en"], stands["season"]) == ("雨衣", "Rain coat", [5, 6])
    names = {"name_zh": "儿童雨衣", "name_en": "Rain coat for children", "reason": "区分大人的"}
    assert office.post("/catalogue/rain-coat/name", names).status_code == 200
    assert thing(app, "rain-coat")["name_en"] == "Rain coat for children"
    retired = STANDS | {"is_offered": False}
    body = {"was": STANDS, "change": retired, "reason": "不再需要"}
    refused(office.post("/catalogue/rain-coat", body | {"was": STANDS | {"top_fen": 95_00}}), 409)
    refused(office.post("/catalogue/rain-coat", body | {"reason": ""}), 422)
    assert thing(app, "rain-coat")["is_offered"]
    assert office.post("/catalogue/rain-coat", body).status_code == 200
    assert not thing(app, "rain-coat")["is_offered"]
    refused(office.post("/catalogue/rain-coat", body), 409, "item-changed-meanwhile")
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0


def test_nobody_else_keeps_it(app: Flask, village: v.Village, office: Program) -> None:
    body = {"was": STANDS, "change": STANDS | {"is_offered": False}, "reason": "不再需要"}
    refused(Program(app, village.administrator).post("/catalogue", NEW), 403, "catalogue-of-province")
    refused(Program(app, village.administrator).post("/catalogue/coat", body), 403, "catalogue-of-province")
    for who in (village.reviewer, village.donor):
        assert Program(app, who).post("/catalogue", NEW).status_code in {403, 404}
    refused(Program(app, None).post("/catalogue", NEW), 401)
    refused(office.post("/catalogue/yacht", body), 404)
    refused(office.post("/catalogue", NEW | {"season": [13]}), 422, "bad-input")
    refused(office.post("/catalogue", NEW | {"name_en": "雨衣"}), 422, "item-name-language")
