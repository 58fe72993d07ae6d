"""Refusals for programs: problem+json (RFC 9457) with a stable code."""

import json

from flask import Response, current_app, request


def is_program() -> bool:
    """Say whether the answer goes to a program."""
    return request.path.startswith("/api/")


def problem(status: int, code: str, text: str) -> Response:
    """Write a refusal as problem+json."""
    body = {"type": "about:blank", "title": text, "status": status, "code": code}
    said = json.dumps(body, ensure_ascii=False)
    return current_app.response_class(said, status=status, content_type="application/problem+json")
