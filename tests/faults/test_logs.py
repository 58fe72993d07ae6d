"""A line of the log names its request, and nobody."""

import io
import json
from collections.abc import Iterator

import pytest
from flask import Flask

from charity.adapters.logs import configure_logging
from tests.kit.client import Client

CANARIES = ("canary@example.org", "13812345678", "110101199003074514")
pytestmark = pytest.mark.backends("sqlite")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as production writes it."""
    stream = io.StringIO()
    configure_logging(json=True, stream=stream)
    yield stream
    configure_logging(json=False)


def fail() -> str:
    raise RuntimeError(f"what somebody typed: {' '.join(CANARIES)}")


def test_an_error_names_its_request_and_nobody(
    app: Flask, client: Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "health.ready", fail)
    told = client.get("/readyz", headers={"X-Request-Id": "asked-by-nginx-1"})
    assert told.status_code == 500 and told.headers["X-Request-Id"] == "asked-by-nginx-1"
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert any(line.get("request_id") == "asked-by-nginx-1" and line["level"] == "error" for line in lines), lines
    assert not [canary for canary in CANARIES if canary in log.getvalue()]


def test_what_people_type_is_in_no_line(client: Client, log: io.StringIO) -> None:
    for canary in CANARIES:
        client.post("/sign-in", data={"login": canary, "password": canary})
        client.get(f"/wishes?q={canary}")
        client.post("/concern", data={"text": canary, "contact": canary})
    assert not [canary for canary in CANARIES if canary in log.getvalue()]


def test_control_without_the_masks_a_canary_is_seen(
    app: Flask, client: Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("charity.adapters.logs.MASKS", ())
    monkeypatch.setitem(app.view_functions, "health.ready", fail)
    client.get("/readyz")
    assert CANARIES[0] in log.getvalue()
