"""The API's description (OpenAPI 3) and the one way its bodies are read: spectree checks them, refusals are ours."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, make_response, request
from spectree import SpecTree
from spectree.config import ModeEnum
from spectree.plugins.flask_plugin import FlaskPlugin

from charity.domain.consents import GivenBy
from charity.domain.errors import Invalid
from charity.domain.slips import SignerRole, WitnessRole
from charity.web.kit.doors import OPEN

bp = Blueprint("api_spec", __name__)
DOORS = {"openapi": OPEN}

PROBLEM = "application/problem+json"
ABOUT = (
    "Money is integer fen, times are UTC, ids are opaque; refusals are problem+json with a stable code. "
    "Papers (PDF) have no address here, since a token opens nothing outside of /api/: labels, slips, cards and books "
    "are drawn for somebody who stands at a printer, and whoever prints the private side of a card does so out of a "
    "file that he opened, which is written down with his name. What a book says on paper is here as data: registers "
    "from the province down to the village, households by alias, and a household's file within the fifteen minutes "
    "after it was opened for a purpose. The rows of a county's list that did not come in are sent as a sheet."
)
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
TAKES_FORM = frozenset({"api_pledges.slip", "api_county_lists.bring", "api_consents.renew"})
NEEDS_KEY = frozenset({"/api/v1/wishes/{ref}/pledges"})
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A name of this request, chosen by the caller: sent again within 7 days with the same body, it "
    "gives the stored answer of the first success; with another body it is refused with 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[\\x21-\\x7e]+$"},
}
_SLIP = {
    "type": "object",
    "required": ["photo"],
    "properties": {
        "photo": {"type": "string", "format": "binary"},
        "witness": {"type": "string", "maxLength": 40},
        "witness_role": {"type": "string", "enum": ["", *sorted({*WitnessRole, *SignerRole})]},
        "signer": {"type": "string", "maxLength": 13},
    },
}
_LIST = {
    "type": "object",
    "required": ["file", "region"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "region": {"type": "string", "minLength": 6, "maxLength": 12, "pattern": "^[0-9]+$"},
    },
}
_RENEWAL = {
    "type": "object",
    "required": ["photo", "member_id", "given_by"],
    "properties": {
        "photo": {"type": "string", "format": "binary"},
        "member_id": {"type": "string", "maxLength": 13},
        "given_by": {"type": "string", "enum": [side.value for side in GivenBy]},
        "child_agrees": {"type": "string", "enum": ["", "yes", "no"]},
        "parent_agreed": {"type": "string", "enum": ["", "yes"]},
    },
}
BODIES: dict[str, Any] = {
    path: {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    for path, schema in (
        ("/api/v1/pledges/{ref}/slip", _SLIP),
        ("/api/v1/county-lists", _LIST),
        ("/api/v1/households/{ref}/consents/renew", _RENEWAL),
    )
}


def refuse_bad_input(
    _request: object, _response: object, error: Exception | None, _instance: object, _adapter: object
) -> None:
    """Turn what the models refuse into our own refusal, naming the first field; so a body that is no JSON object."""
    if error is not None:
        found: list[dict[str, Any]] = error.errors() if hasattr(error, "errors") else []  # pyright: ignore[reportAttributeAccessIssue]
        field = ".".join(str(part) for part in found[0].get("loc", ())) if found else ""
        raise Invalid("bad-input", params={"field": field or "body"})
    if request.method == "POST" and request.endpoint not in TAKES_FORM and not _is_object():
        raise Invalid("bad-input", params={"field": "body"})


def _is_object() -> bool:
    """Say whether the body can be read: nothing at all, or a JSON object that is declared as one."""
    body = request.get_data(cache=True)
    if not body:
        return request.mimetype not in FORMS
    try:
        return isinstance(json.loads(body), dict) and request.is_json
    except (ValueError, RecursionError):
        return False


class Backend(FlaskPlugin):
    """Reads requests by the models; what our rooms answer was made by the models already, and is not read again."""

    def validate_response(
        self, resp: Any, resp_model: Any, skip_validation: bool, force_resp_serialize: bool
    ) -> tuple[Response, None]:
        """Send an answer as it is."""
        del resp_model, skip_validation, force_resp_serialize
        return make_response(resp), None


spec = SpecTree(
    "flask",
    backend=Backend,
    mode=ModeEnum.strict,
    before=refuse_bad_input,
    annotations=True,
    title="N+1 Circle",
    version="1",
    path="api/description",  # routes below this path would be left out of the description
    page_templates={},
    openapi_version="3.0.3",
    security_schemes=[{"name": "token", "data": {"type": "http", "scheme": "bearer"}}],
)


def describe(app: Flask) -> None:
    """Let the description read the routes of an application."""
    spec.app = app


@bp.get("/api/v1/openapi.json")
def openapi() -> Response:
    """Give the description of the API."""
    return jsonify(completed(spec.spec))


def completed(made: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the models alone cannot tell: how refusals are sent, the idempotency key, the slip's picture."""
    told: dict[str, Any] = deepcopy(dict(made))
    told["info"]["description"] = ABOUT
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            _tell_refusals(operation["responses"])
            if method == "post":
                operation.setdefault("parameters", []).append(KEY | {"required": path in NEEDS_KEY})
            if path in BODIES:
                operation["requestBody"] = BODIES[path]
    return told


def _tell_refusals(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status.startswith(("4", "5")) and "content" in response:
            response["content"] = {PROBLEM: response["content"].pop("application/json")}
    problems = [r["content"] for status, r in responses.items() if status.startswith("4")]
    responses["default"] = {"description": "Any other refusal", "content": problems[0]}
