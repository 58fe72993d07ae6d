"""Counties' lists over the API: the same services, scope and limits as on the pages."""

import io
import secrets
import time
import zipfile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Role
from charity.models.accounts import ExportMade
from tests.kit import county_list as c
from tests.kit import village as v
from tests.kit.village import Village
from tests.safety.test_api import Program, refused

pytestmark = pytest.mark.backends("sqlite")
LISTS = "/county-lists"


@pytest.fixture
def at(app: Flask) -> Village:
    return v.build()


def bring(office: Program, content: bytes, *, region: str = v.COUNTY, key: str = "") -> TestResponse:
    return office.client.post(
        f"/api/v1{LISTS}",
        data={"region": region, "file": (io.BytesIO(content), "名册.csv")},
        headers={"Authorization": f"Bearer {office.token}", "Idempotency-Key": key or secrets.token_hex(8)},
    )


def told(program: Program, path: str) -> Any:
    answer = program.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_from_the_file_to_the_register_and_out_again(app: Flask, at: Village) -> None:
    office, rows = Program(app, at.administrator), [*c.family(1), *c.family(2)]
    rows[3][8] = "邻居"
    brought = bring(office, c.text(rows), key="first")
    assert brought.status_code == 201, brought.text
    assert bring(office, c.text(rows), key="first").json == brought.json
    refused(bring(office, c.text(rows[:2]), key="first"), 422)
    ref = brought.json["id"]
    one = f"{LISTS}/{ref}"
    staged = told(office, one)
    assert (staged["state"], staged["rows"], staged["columns"][3]) == (
        "staged",
        4,
        {"heading": "户主姓名", "column": "head"},
    )
    names = [column["column"] for column in staged["columns"]]
    refused(office.post(f"{one}/check", {"columns": names[:-1]}), 422, "list-columns-changed")
    refused(office.post(f"{one}/check", {"columns": [names[0], *names[:-1]]}), 422)
    refused(office.post(f"{one}/apply"), 409)
    assert office.post(f"{one}/check", {"columns": names}).json == {"id": ref}
    assert (told(office, one)["state"], told(office, one)["done"]) == ("checking", 0)
    c.carry_all(ref)
    checked = told(office, one)
    assert (checked["state"], checked["families"], checked["left_out"]) == ("checked", 1, 2)
    wrong = told(office, f"{one}/rows?lang=en")
    assert [(row["cell"], row["reason"]) for row in wrong["items"]] == [("I6", "list-relation")]
    assert wrong["items"][0]["said"] == "This relation to the head is not known."
    assert told(office, f"{one}/rows?after=6")["items"] == []
    refused(office.get(f"{one}/left-out"), 405)
    sheet = office.post(f"{one}/left-out")
    end_reading()
    assert reading().scalars(select(ExportMade.what)).all() == ["left-out"]
    end_reading()
    with zipfile.ZipFile(io.BytesIO(sheet.data)) as book:
        assert "xl/workbook.xml" in book.namelist()
    sheet.close()
    for act, state in (("apply", "applied"), ("undo", "undone")):
        assert office.post(f"{one}/{act}").status_code == 200
        c.carry_all(ref)
        assert told(office, one)["state"] == state
    assert [(item["id"], item["state"]) for item in told(office, LISTS)["items"]] == [(ref, "undone")]


def test_the_columns_are_what_they_seem_to_be_unless_told_and_a_list_can_be_given_up(app: Flask, at: Village) -> None:
    office = Program(app, at.administrator)
    one = f"{LISTS}/{bring(office, c.text(c.family(1))).json['id']}"
    refused(office.post(f"{one}/check", {"category": "rich"}), 422, "bad-input")
    assert office.post(f"{one}/check").status_code == 200
    assert office.post(f"{one}/drop").status_code == 200
    assert told(office, one)["state"] == "dropped"
    refused(office.post(f"{one}/left-out"), 404)
    refused(office.post(f"{one}/burn"), 404)


def test_nobody_else_learns_that_there_is_a_list(app: Flask, at: Village) -> None:
    ref = bring(Program(app, at.administrator), c.text(c.family(1))).json["id"]
    with transaction() as tx:
        neighbour = v.add_person(tx, (Role.ADMINISTRATOR, v.OTHER_COUNTY))
        colleague = v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY))
    other = Program(app, neighbour)
    refused(bring(other, c.text(c.family(1))), 404)
    assert told(other, LISTS) == {"items": []}
    for path in ("", "/rows"):
        refused(other.get(f"{LISTS}/{ref}{path}"), 404)
    for act in ("check", "apply", "stop", "drop", "undo", "left-out"):
        refused(other.post(f"{LISTS}/{ref}/{act}"), 404)
        refused(Program(app, at.reviewer).post(f"{LISTS}/{ref}/{act}"), 403)
    refused(Program(app, at.volunteer).get(LISTS), 403)
    refused(Program(app, None).get(LISTS), 401)
    assert not told(Program(app, colleague), f"{LISTS}/{ref}")["may_take_left_out"]
    refused(Program(app, colleague).post(f"{LISTS}/{ref}/left-out"), 404)  # the cells go back to who brought them


def bombs() -> dict[str, bytes]:
    """Give files made to fill a computer."""
    full = io.BytesIO()
    with zipfile.ZipFile(full, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 400_000_000)
    return {
        "zip": full.getvalue(),
        "columns": b",".join([b"x"] * 16_000),
        "large": b"x" * (25 << 20),
        "formula": c.text([["=1+1", *c.family(1)[0][1:]]]),
        "line": b"x" * 1_000_000,
    }


def test_bombs_are_refused_within_two_seconds(app: Flask, at: Village) -> None:
    office = Program(app, at.administrator)
    for name, content in bombs().items():
        start = time.perf_counter()
        answer = bring(office, content)
        assert time.perf_counter() - start < 2, name
        refused(answer, 422)
        assert answer.json["code"].startswith("sheet-"), (name, answer.json)
    refused(office.post(LISTS), 422, "bad-input")
