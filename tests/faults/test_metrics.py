"""What operators watch: every query of the dashboard names a figure there is, and all processes add up."""

import json
import re
import secrets
import time
import urllib.request
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.db import end_reading, transaction
from charity.adapters.settings import ROOT
from charity.jobs.loop import Loop, Turn
from charity.models.outbox import OutboxMessage, put_message
from charity.queries.operating import list_figures
from tests.infra.test_embedded import wait_for
from tests.kit import servers, settings
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.databases import Database
from tests.races.test_claims_over_http import Person, givers, wish

DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"
NAME = re.compile(r"\bcharity_[a-z_]+")


def told(text: str) -> dict[str, float]:
    """Read the figures of /metrics by name and labels."""
    lines = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def fail() -> int:
    raise RuntimeError("on purpose")


@pytest.fixture
def village(app: Flask) -> None:
    with transaction() as tx:
        v.add_regions(tx)


def test_the_dashboard_asks_for_figures_there_are(app: Flask, client: Client, village: None) -> None:
    Loop(app, [Turn("broken", 1, fail)]).step()
    [(_, token)] = givers(1)
    bearer = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(8)}
    assert client.post(f"/api/v1/wishes/{wish(1)}/pledges", json={"units": 1}, headers=bearer).status_code == 201
    assert client.get("/wishes/nowhere").status_code == 404
    asked = set(NAME.findall(" ".join(queries())))
    assert len(asked) > 10
    assert wait_for(lambda: not asked - names(client), 20), asked - names(client)


def names(client: Client) -> set[str]:
    """Name what /metrics tells now; on a busy machine Redis may be late once, and its figures left out."""
    return {name.partition("{")[0] for name in told(client.get("/metrics").get_data(as_text=True))}


def queries() -> list[str]:
    board = json.loads(DASHBOARD.read_text("utf-8"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_control_a_figure_nobody_tells_is_found(app: Flask, client: Client) -> None:
    there = {name.partition("{")[0] for name in told(client.get("/metrics").get_data(as_text=True))}
    assert "charity_claimed_total" not in there  # as a panel would say it that was written from memory


def test_what_lags_is_told(app: Flask, village: None) -> None:
    found = look(app)
    assert found["charity_sequencing_waiting"][""] == 0 or found["charity_sequencing_lag_seconds"][""] >= 0
    with transaction() as tx:
        person = v.add_person(tx)
        put_message(tx, channel="mail", kind="welcome", told="{}", language="zh", account_id=person.account_id)
        an_hour_ago = tx.now.replace(year=tx.now.year - 1)
        tx.session.execute(update(OutboxMessage).values(made_at=an_hour_ago, try_at=an_hour_ago))
    found = look(app)
    assert found["charity_queue_length"]["outbox"] == 1
    assert found["charity_queue_age_seconds"]["outbox"] > 300 * 86400
    assert found["charity_store_up"] == {"database": True, "redis": True}
    assert found["charity_disk_free_bytes"][""] > 0


def look(app: Flask) -> dict[str, dict[str, float]]:
    end_reading()
    return {figure.name: dict(figure.values) for figure in list_figures(app.extensions["settings"].instance_path)}


@pytest.mark.backends("sqlite")
@pytest.mark.race
def test_two_processes_tell_one_sum(village: None, database: Database, folder: Path, worker: str) -> None:
    claims = 24
    people = [token for _, token in givers(claims)]
    ref = wish(claims)
    server = servers.start(settings.environ(database.url, redis_url=None, worker=worker), folder / "log")
    try:
        for token in people:
            assert Person(server, token).claim(ref, key=secrets.token_hex(8))[0] == 201
        for _ in range(6):  # whichever of the two answers
            with urllib.request.urlopen(f"{server.url}/metrics") as answer:
                found = told(answer.read().decode())
            assert found['charity_claims_total{door="api"}'] == claims
            time.sleep(0.05)
    finally:
        server.stop()
