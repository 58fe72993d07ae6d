"""The API's description (OpenAPI 3) and the one way its bodies are read: spectree checks them, refusals are ours."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify
from spectree import SpecTree
from spectree.config import ModeEnum

from charity.domain.errors import Invalid
from charity.web.kit.doors import OPEN

bp = Blueprint("api_spec", __name__)
DOORS = {"openapi": OPEN}


def refuse_bad_input(
    _request: object, _response: object, error: Exception | None, _instance: object, _adapter: object
) -> None:
    """Turn what the models refuse into our own refusal, naming the first field."""
    if error is None:
        return
    found: list[dict[str, Any]] = error.errors() if hasattr(error, "errors") else []  # pyright: ignore[reportAttributeAccessIssue]
    field = ".".join(str(part) for part in found[0].get("loc", ())) if found else ""
    raise Invalid("bad-input", params={"field": field or "body"})


spec = SpecTree(
    "flask",
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
    return jsonify(spec.spec)
