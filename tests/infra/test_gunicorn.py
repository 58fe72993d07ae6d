"""Gunicorn in place of granian: a reload (SIGHUP) answers everything, asked as the shipped nginx asks."""

import json
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.models.pledges import Pledge
from tests.infra.test_embedded import wait_for
from tests.kit import servers, settings
from tests.kit import village as v
from tests.kit.databases import Database
from tests.races.test_claims_over_http import givers, wish

PEOPLE = 4
pytestmark = [pytest.mark.race, pytest.mark.full, pytest.mark.timeout(900), pytest.mark.backends("sqlite")]


class Givers:
    """People who give without a pause, each time on a new connection that closes: so nginx asks for them."""

    def __init__(self, port: int, tokens: list[str], ref: str) -> None:
        self._port, self._ref = port, ref
        self.given: list[str] = []
        self.cut: list[str] = []
        self._stop = Event()
        self._threads = [Thread(target=self._give, args=(token,)) for token in tokens]

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Let them give while the block runs."""
        for thread in self._threads:
            thread.start()
        assert wait_for(lambda: len(self.given) > PEOPLE, 120)
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def _give(self, token: str) -> None:
        while not self._stop.wait(0.02):
            line = HTTPConnection("127.0.0.1", self._port, timeout=60)
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(8)}
            headers |= {"Content-Type": "application/json", "Connection": "close"}
            try:
                line.request("POST", f"/api/v1/wishes/{self._ref}/pledges", json.dumps({"units": 1}), headers)
                answer = line.getresponse()
                told = json.loads(answer.read())
                if answer.status == 201:
                    self.given.append(told["id"])
            except (OSError, HTTPException, ValueError) as error:
                self.cut.append(type(error).__name__)
            finally:
                line.close()


def workers_of(pid: int) -> set[int]:
    return {int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()}


def test_a_reload_of_gunicorn_cuts_nobody(app: Flask, database: Database, worker: str, tmp_path: Path) -> None:
    with transaction() as tx:
        v.add_regions(tx)
    tokens = [token for _, token in givers(PEOPLE)]
    environ = settings.environ(database.url, redis_url=None, worker=worker)
    server = servers.start(environ, tmp_path / "log", server="gunicorn")
    people = Givers(server.port, tokens, wish(1_000_000, unit_fen=1))
    try:
        with people.going_on():
            before, given = workers_of(server.process.pid), len(people.given)
            server.process.send_signal(signal.SIGHUP)
            assert wait_for(lambda: not before & workers_of(server.process.pid), 120), (tmp_path / "log").read_text()
            assert wait_for(lambda: len(people.given) > given + PEOPLE, 120), "the new workers serve"
    finally:
        server.stop()
    assert people.cut == []
    end_reading()
    assert set(people.given) <= set(reading().scalars(select(Pledge.ref)))
