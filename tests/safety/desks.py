"""Every form of the site, opened by somebody who may send it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask
from werkzeug.test import TestResponse

from tests.safety.forms import Form
from tests.safety.snapshots import Snapshot
from tests.safety.visits import Visitor, beginners, collect_forms, visitors
from tests.safety.world import World

Typed = str | bytes
FORM = "application/x-www-form-urlencoded"


class Desk:
    """A person at a form: sends it with the cookie he had when he opened it."""

    def __init__(self, visitor: Visitor, form: Form) -> None:
        self.visitor, self.form = visitor, form
        self._csrf = visitor.csrf()
        cookie = visitor.client.get_cookie("circle", domain="localhost")
        self._cookie = "" if cookie is None else cookie.value

    def send(
        self, values: Mapping[str, Any], *, language: str = "zh", files: Mapping[str, Any] | None = None
    ) -> TestResponse:
        """Send the form with these values."""
        said = {"csrf_token": self._csrf, "once": secrets.token_urlsafe(16)} | dict(values)
        if files is not None:
            return self._open(said | dict(files), language, None)
        pairs = [(n, v) for n, value in said.items() for v in (value if isinstance(value, list) else [value])]
        body = "&".join(f"{name}={_quoted(value)}" for name, value in pairs)
        return self.send_raw(body.encode(), language=language)

    def send_raw(self, body: bytes, *, language: str = "zh") -> TestResponse:
        """Send a body as it is."""
        return self._open(body, language, FORM)

    def _open(self, data: Any, language: str, content_type: str | None) -> TestResponse:
        client = self.visitor.client
        client.set_cookie("circle", self._cookie, domain="localhost")
        joined = "&" if "?" in self.form.action else "?"
        return client.post(f"{self.form.action}{joined}lang={language}", data=data, content_type=content_type)


def _quoted(value: Typed) -> str:
    return quote_from_bytes(value if isinstance(value, bytes) else value.encode())


def desks(app: Flask, world: World) -> dict[str, Desk]:
    """Open every form of the site."""
    known = visitors(app, world) | beginners(app, world)
    forms = collect_forms(app, world, known)
    return {endpoint: Desk(known[name], form) for endpoint, (name, form) in sorted(forms.items())}


@dataclass(frozen=True, slots=True)
class Opened:
    """All forms, with the rows of the moment at which they were opened."""

    desks: dict[str, Desk]
    kept: Snapshot
    moment: datetime
