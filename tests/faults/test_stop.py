"""Stopping and reloading under load: what was asked is answered, on kept and new connections, within half a minute."""

import http.client
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.processes import tied
from charity.adapters.settings import ROOT
from charity.cli.launch.site import free_port
from charity.models.pledges import Pledge
from tests.infra.test_embedded import wait_for
from tests.kit import servers, settings
from tests.kit import village as v
from tests.kit.databases import Database
from tests.races.test_claims_over_http import givers, wish

PEOPLE, WITHIN = 8, 30.0
SLOW, HESITATES = 16, 0.4  # people, and seconds between being let in and asking
pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
# The server as its makers ship it: what the tests below would find without ours.
PLAIN = (
    "import charity.cli.launch.rolling as r; from granian.server.mp import MPServer; r.RollingServer = MPServer;"
    "from charity.cli.launch.child import main; import sys; main(sys.argv[1:])"
)


class Load:
    """People who ask without a pause, half of them on one connection, half on a new one for each request.

    Some more come in and hesitate before they ask.
    """

    def __init__(self, port: int, tokens: list[str], ref: str, *, pause: float = 0.0, slow: int = 0) -> None:
        self._port, self._ref, self._tokens, self._pause = port, ref, tokens, pause
        self.seen: Counter[str] = Counter()
        self.claimed: list[str] = []
        self._known: WeakSet[http.client.HTTPConnection] = WeakSet()  # lines on which something was asked
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(place % 2 == 0, 0.0)) for place in range(PEOPLE)]
        self._threads += [threading.Thread(target=self._ask, args=(False, HESITATES)) for _ in range(slow)]

    @property
    def cut(self) -> int:
        """Count what was asked and never answered."""
        return sum(count for what, count in self.seen.items() if what.startswith("cut"))

    @contextmanager
    def going_on(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        assert wait_for(lambda: self.seen["201"] > PEOPLE, 30), self.seen
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def _ask(self, keeps: bool, hesitates: float) -> None:
        line: http.client.HTTPConnection | None = None
        while not self._stop.is_set():
            try:
                if line is None:
                    line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
                    line.connect()
                    self._stop.wait(random.uniform(0, hesitates))
            except OSError:
                self.seen["not let in"] += 1
                line = None
                time.sleep(0.05)
                continue
            line = self._once(line, random.choice(self._tokens), keeps)
            self._stop.wait(self._pause)
        if line is not None:
            line.close()

    def _once(self, line: http.client.HTTPConnection, token: str, keeps: bool) -> http.client.HTTPConnection | None:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(8)}
        path, body = f"/api/v1/wishes/{self._ref}/pledges", json.dumps({"units": 1})
        try:
            line.request("POST", path, body, headers | {"Content-Type": "application/json"})
        except OSError as error:  # nothing was asked yet; whoever was queued when the last door closed is not let in
            self.seen["not let in" if line not in self._known else f"cut {type(error).__name__}"] += 1
            line.close()
            return None
        self._known.add(line)
        try:
            answer = line.getresponse()
            told = json.loads(answer.read())
        except (OSError, http.client.HTTPException) as error:
            self.seen[f"cut {type(error).__name__}"] += 1
            line.close()
            return None
        self.seen[str(answer.status)] += 1
        if answer.status == 201:
            self.claimed.append(told["id"])
        if keeps and not answer.will_close:
            return line
        line.close()
        return None


@pytest.fixture
def people(app: Flask, full: bool) -> list[str]:
    with transaction() as tx:
        v.add_regions(tx)
    # each may have five open pledges: enough for ten rounds of a quick server
    return [token for _, token in givers((100 if full else 4) * PEOPLE)]


@pytest.fixture
def environ(database: Database, worker: str) -> dict[str, str]:
    return settings.environ(database.url, redis_url=None, worker=worker)


def assert_kept(load: Load) -> None:
    """Prove that every claim somebody was told of stands."""
    end_reading()
    there = set(reading().scalars(select(Pledge.ref)))
    assert set(load.claimed) <= there


@pytest.mark.backends("sqlite")
def test_a_reload_cuts_nobody(people: list[str], environ: dict[str, str], folder: Path, full: bool) -> None:
    server = servers.start(environ, folder / "log", workers=2 if full else 1)  # each takes its turn, in the same way
    load = Load(server.port, people, wish(1_000_000, unit_fen=1), slow=SLOW)
    try:
        with load.going_on():
            for _ in range(10 if full else 1):
                before = workers_of(server.process.pid)
                began = time.monotonic()
                server.process.send_signal(signal.SIGHUP)
                gone = wait_for(lambda old=before: not old & workers_of(server.process.pid), 90)
                assert gone, (folder / "log").read_text()[-2000:]
                if full:  # the quick run shares its processors with other tests
                    assert time.monotonic() - began < WITHIN
    finally:
        server.stop()
    assert load.cut == 0, load.seen
    assert set(load.seen) <= {"201", "403", "503"}, load.seen  # 403: who gives much is told to finish first
    assert_kept(load)


@pytest.mark.backends("sqlite")
def test_a_stop_cuts_nobody(people: list[str], environ: dict[str, str], folder: Path, full: bool) -> None:
    for how in [signal.SIGTERM, signal.SIGINT] * 5 if full else [signal.SIGTERM]:
        server = servers.start(environ, folder / "log")
        load = Load(server.port, people, wish(1_000_000, unit_fen=1))
        try:
            with load.going_on():
                began = time.monotonic()
                server.process.send_signal(how)
                assert server.process.wait(60) == 0
                assert time.monotonic() - began < WITHIN
        finally:
            server.stop()
        assert load.cut == 0, load.seen
        assert_kept(load)


def workers_of(pid: int) -> set[int]:
    """Number the processes a web server started: what its workers are forked from, which outlives the last of them."""
    found: set[int] = set()
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found |= {int(child) for child in path.read_text().split()}
    return found


@pytest.mark.full
@pytest.mark.backends("sqlite")
def test_control_the_server_as_it_comes_cuts(people: list[str], environ: dict[str, str], folder: Path) -> None:
    port, cut = free_port(), 0
    ref = wish(1_000_000, unit_fen=1)
    for _ in range(5):  # it is a race, which it does not lose each time
        process = subprocess.Popen(
            [sys.executable, "-c", PLAIN, "web", "--port", str(port)],
            env=os.environ | environ,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=tied(),
        )
        assert wait_for(lambda: servers.answers(port), 60)
        load = Load(port, people, ref)
        with load.going_on():
            process.terminate()
            process.wait(60)
        cut += load.cut
        if cut:
            break
    assert cut > 0
