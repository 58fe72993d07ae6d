"""The API as a contract: the exact shapes and codes others rely on, and whatever else a program may send."""

import secrets
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from charity.adapters.db import transaction
from charity.domain.actors import Actor
from charity.models.outbox import notify
from charity.services import accounts
from tests.kit.client import Client
from tests.safety.world import World

WISH = {"id", "title", "kind", "county", "units_wanted", "units_left", "state", "posted_at"}
CLAIMED = {"id", "state", "units", "wish_id", "act_by"}
PROBLEM = {"type", "title", "status", "code"}


class Program:
    """A program with somebody's token."""

    def __init__(self, app: Flask, actor: Actor | None) -> None:
        client = app.test_client()
        assert isinstance(client, Client)
        self.client = client
        self.token = "" if actor is None else accounts.make_token(actor, name="program")

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self._headers())

    def post(self, path: str, body: Any = None, *, key: str | None = "") -> TestResponse:
        said = {} if key is None else {"Idempotency-Key": key or secrets.token_hex(8)}
        return self.client.post(f"/api/v1{path}", json={} if body is None else body, headers=self._headers() | said)

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(f"/api/v1{path}", headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def refused(answer: TestResponse, status: int, code: str = "") -> None:
    """Hold an answer to be a problem with this status and code."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json.keys() == PROBLEM
    assert answer.json["status"] == status
    assert code in ("", answer.json["code"]), answer.json


def test_reading_wishes(world: World, app: Flask) -> None:
    program = Program(app, None)
    found = program.get("/wishes").json
    assert found.keys() == {"items", "next"}
    assert {item["id"] for item in found["items"]} >= {world.refs["wish"], world.refs["to_withdraw"]}
    assert all(item.keys() == WISH for item in found["items"])
    first = program.get("/wishes?limit=1").json
    second = program.get(f"/wishes?limit=1&cursor={first['next']}").json
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert program.get("/wishes?kind=goods&region=990101&q=读物").json["items"]
    one = program.get(f"/wishes/{world.refs['wish']}").json
    assert one.keys() >= WISH | {"timeline"}
    assert one["timeline"]
    assert one["posted_at"].endswith("Z")
    for path in ("/wishes/0000000000000", f"/wishes/{world.refs['draft']}", f"/wishes/{world.refs['submitted']}"):
        refused(program.get(path), 404, "missing")
    for path in ("/wishes?limit=0", "/wishes?limit=x", "/wishes?cursor=x", "/wishes?unknown=1", "/wishes?region=no"):
        refused(program.get(path), 422)


def test_a_claim(world: World, app: Flask) -> None:
    program, path = Program(app, world.stranger), f"/wishes/{world.refs['wish']}/pledges"
    refused(Program(app, None).post(path, {"units": 1}), 401)
    refused(program.post(path, {"units": 1}, key=None), 422, "idempotency-key-needed")
    answer = program.post(path, {"units": 1, "display": "anonymous"}, key="first")
    assert answer.status_code == 201, answer.json
    assert answer.json is not None
    assert answer.json.keys() == CLAIMED
    assert (answer.json["state"], answer.json["units"], answer.json["wish_id"]) == ("held", 1, world.refs["wish"])
    again = program.post(path, {"units": 1, "display": "anonymous"}, key="first")
    assert (again.status_code, again.json) == (201, answer.json)
    refused(program.post(path, {"units": 2, "display": "anonymous"}, key="first"), 422)
    other = Program(app, world.waiter).post(path, {"units": 1}, key="first")
    assert other.status_code == 201
    assert other.json["id"] != answer.json["id"]
    refused(program.post(f"/wishes/{world.refs['full']}/pledges", {"units": 1}), 409)
    refused(program.post("/wishes/0000000000000/pledges", {"units": 1}), 404, "missing")
    refused(program.post(f"/wishes/{world.refs['draft']}/pledges", {"units": 1}), 404, "missing")
    for body in ({"units": 0}, {"units": "many"}, {"display": "loud"}, {"unit": 1}, [], {"units": 10**30}):
        refused(program.post(path, body), 422)


def test_a_cap_is_forbidden(world: World, app: Flask) -> None:
    program, path = Program(app, world.stranger), f"/wishes/{world.refs['to_withdraw']}/pledges"
    codes = [program.post(path, {"units": 1}).status_code for _ in range(6)]
    assert codes == [201] * 5 + [403]
    refused(program.post(path, {"units": 1}), 403)


def test_the_waiting_list(world: World, app: Flask) -> None:
    program, path = Program(app, world.waiter), f"/wishes/{world.refs['full']}/queue"
    refused(Program(app, None).post(path, {"units": 1}), 401)
    assert program.post(path, {"units": 1}).status_code == 204
    assert program.delete(path).status_code == 204
    refused(program.delete(path), 404)
    refused(program.post(f"/wishes/{world.refs['wish']}/queue", {"units": 1}), 409)
    donor, offer = Program(app, world.donor), f"/offers/{world.refs['offer']}"
    refused(program.post(f"{offer}/accept"), 404, "missing")
    taken = donor.post(f"{offer}/accept", {"display": "nickname"})
    assert (taken.status_code, taken.json.keys()) == (201, CLAIMED)
    refused(donor.post(f"{offer}/decline"), 409)


def test_acts_and_ones_own(world: World, app: Flask) -> None:
    donor = Program(app, world.donor)
    path = f"/pledges/{world.refs['held']}"
    assert donor.get(path).json["state"] == "held"
    refused(Program(app, world.stranger).get(path), 404, "missing")
    done = donor.post(f"{path}/plan", {"method": "shop"})
    assert (done.status_code, done.json.keys()) == (200, {"id", "state", "units", "act_by"})
    assert done.json["state"] == "planned"
    refused(donor.post(f"{path}/plan", {"method": "shop"}), 409)
    refused(donor.post(f"{path}/no-such-act"), 404, "missing")
    refused(donor.post(f"{path}/receive"), 404, "missing")
    refused(Program(app, world.actors["far_volunteer"]).post(f"{path}/receive"), 404, "missing")
    refused(donor.post(f"{path}/slip"), 422)
    mine = donor.get("/me/pledges").json
    assert mine.keys() == {"items", "next"}
    assert {item["id"] for item in mine["items"]} >= {world.refs["held"], world.refs["planned"]}
    inbox = donor.get("/me/inbox").json
    assert inbox.keys() == {"items", "next"}
    assert all(item.keys() == {"id", "kind", "subject", "body", "at", "is_read"} for item in inbox["items"])
    assert all(item["subject"] and item["body"] for item in inbox["items"])
    for path in ("/me/pledges", "/me/inbox"):
        refused(Program(app, None).get(path), 401)


def test_the_inbox_is_followed_to_its_end(world: World, app: Flask) -> None:
    program = Program(app, world.stranger)
    with transaction() as tx:
        for number in range(65):
            notify(
                tx,
                account_id=world.stranger.account_id,
                kind="pledge-confirmed",
                params={"pledge": world.refs["held"], "title": f"Coat {number}", "units": 1},
            )
    seen, path = list[str](), "/me/inbox"
    while path:
        answer = program.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        seen += [item["id"] for item in answer.json["items"]]
        path = f"/me/inbox?cursor={answer.json['next']}" if answer.json["next"] else ""
    assert len(seen) == len(set(seen)) >= 65
    refused(program.get(f"/me/inbox?cursor={'x' * 201}"), 422)


@pytest.mark.parametrize("metric", ["wishes", "hours", "months", "purchases"])
def test_boards(world: World, app: Flask, metric: str) -> None:
    found = Program(app, None).get(f"/boards/{metric}").json
    assert found.keys() == {"as_of", "stale", "rows", "me"}
    assert all(row.keys() == {"rank", "name", "value"} for row in found["rows"])
    assert found["me"] is None
    own = Program(app, world.donor).get(f"/boards/{metric}?region=990101&period=all&limit=5").json
    assert (own["me"] is not None) == (metric != "months")  # his circle has no month behind it
    refused(Program(app, None).get("/boards/likes"), 422)
    refused(Program(app, None).get(f"/boards/{metric}?period=yesterday"), 422)


def test_keys_that_cannot_be_read(world: World, app: Flask) -> None:
    program, path = Program(app, world.stranger), f"/wishes/{world.refs['wish']}/pledges"
    refused(program.post(path, {"units": 1}, key="k" * 81), 422)
    broken = program.client.post(
        f"/api/v1{path}",
        data=b"{not json",
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.token}", "Idempotency-Key": "k"},
    )
    refused(broken, 422, "bad-input")
    typed = program.client.post(
        f"/api/v1{path}",
        data={"units": "1"},
        headers={"Authorization": f"Bearer {program.token}", "Idempotency-Key": "k"},
    )
    refused(typed, 422, "bad-input")
    wrong = program.client.get("/api/v1/me/pledges", headers={"Authorization": "Bearer wrong"})
    refused(wrong, 401)


def test_the_description_tells_of_keys_and_problems(app: Flask) -> None:
    told = app.test_client().get("/api/v1/openapi.json").json
    claim = told["paths"]["/api/v1/wishes/{ref}/pledges"]["post"]
    [key] = [p for p in claim["parameters"] if p["name"] == "Idempotency-Key"]
    assert key["required"] is True
    assert list(claim["responses"]["409"]["content"]) == ["application/problem+json"]
    served = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    assert len(told["paths"]) == len(served - {"/api/v1/openapi.json"})
