"""Consents over the API: what a family said, a yes, a no, a renewal, in the own region only."""

import secrets
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from charity.domain.actors import Role
from charity.queries.consents import EndingConsents
from tests.kit import village as v
from tests.safety.test_api import Program, refused
from tests.services import town as t
from tests.web.volunteer.test_renewals import jpeg, lines, stored
from tests.web.volunteer.test_renewals import village as village

pytestmark = pytest.mark.backends("sqlite")


def of_child(village: v.Village) -> EndingConsents:
    return [line for line in lines(village) if line.purposes == ("register", "publish-wish")][-1]


def renewed(program: Program, line: EndingConsents, *, key: str = "", **said: Any) -> TestResponse:
    data = {"photo": jpeg(), "member_id": line.member, "given_by": line.given_by, **said}
    return program.client.post(
        f"/api/v1/households/{line.household}/consents/renew",
        data=data,
        headers={"Authorization": f"Bearer {program.token}", "Idempotency-Key": key or secrets.token_hex(8)},
    )


def words(program: Program, line: EndingConsents) -> dict[str, Any]:
    found = program.get(f"/households/{line.household}/consents")
    assert found.status_code == 200, found.text
    assert found.json is not None
    return {item["purpose"]: item for item in found.json["items"] if item["member_id"] == line.member}


def test_what_ends_soon_is_renewed_with_its_paper(app: Flask, village: v.Village) -> None:
    volunteer, line = Program(app, village.volunteer), of_child(village)
    ending = volunteer.get("/consents").json
    assert ending is not None
    [item] = [one for one in ending["items"] if one["member_id"] == line.member]
    assert (item["household_id"], item["purposes"]) == (line.household, ["register", "publish-wish"])
    assert words(volunteer, line)["publish-wish"]["ends_soon"]
    refused(renewed(volunteer, line), 422, "child-not-asked")
    refused(renewed(volunteer, line, child_agrees="no"), 409, "child-says-no")
    refused(renewed(volunteer, line, photo=""), 422, "paper-missing")
    before, picture = stored(app), jpeg()[0].getvalue()
    for _ in range(2):
        paper = (BytesIO(picture), "paper.jpg")
        assert renewed(volunteer, line, key="once", child_agrees="yes", photo=paper).status_code == 200
    assert stored(app) == before + 1, "the same request again leaves one paper, a refused one none"
    assert not words(volunteer, line)["publish-wish"]["ends_soon"]


def test_a_no_is_taken_and_a_yes_follows_the_rules_of_age(app: Flask, village: v.Village) -> None:
    volunteer, line = Program(app, village.volunteer), of_child(village)
    path = f"/households/{line.household}/consents"
    said = {"member_id": line.member, "given_by": "parent", "purposes": ["publish-wish"], "agrees": False}
    done = volunteer.post(path, said)
    assert done.status_code == 200, done.text
    assert words(volunteer, line)["publish-wish"]["agrees"] is False
    refused(volunteer.post(path, said | {"agrees": True}), 422, "child-not-asked")
    refused(volunteer.post(path, said | {"agrees": True, "given_by": "self"}), 422, "consent-needs-elder")
    assert volunteer.post(path, said | {"agrees": True, "child_agrees": True}).status_code == 200
    assert words(volunteer, line)["publish-wish"]["agrees"] is True
    refused(volunteer.post(path, said | {"purposes": []}), 422)
    refused(volunteer.post(path, said | {"purposes": ["payment"], "agrees": True, "child_agrees": True}), 403)
    names = volunteer.get(path).get_data(as_text=True)
    assert "濮阳" not in names
    assert "澹台" not in names


def test_elsewhere_the_family_looks_missing(app: Flask, village: v.Village) -> None:
    line = of_child(village)
    body = {"member_id": line.member, "given_by": "parent", "purposes": ["publish-wish"], "agrees": False}
    for role, status in ((Role.VOLUNTEER, 404), (Role.REVIEWER, 404), (Role.DONOR, 403), (Role.AUDITOR, 403)):
        far = Program(app, t.person((role, v.OTHER_COUNTY if role is not Role.DONOR else "")))
        refused(far.get(f"/households/{line.household}/consents"), status)
        refused(far.post(f"/households/{line.household}/consents", body), status)
        refused(renewed(far, line, child_agrees="yes"), status)
    here = words(Program(app, village.volunteer), line)
    assert here["publish-wish"]["agrees"] is True
    missing = Program(app, village.volunteer).get(f"/households/{'0' * 13}/consents")
    refused(missing, 404)
