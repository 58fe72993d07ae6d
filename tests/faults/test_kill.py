"""kill -9 in the middle of giving, every process in turn, both databases: all comes back alone, nothing is lost."""

import hashlib
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from tests.faults import judge
from tests.faults.keeper import children, kill
from tests.faults.noting import note
from tests.faults.site import Site, a_site, answers
from tests.faults.traffic import Caller, Journal, claim_and_cancel, giving
from tests.kit import postgres

RECOVERS_WITHIN, LOADED = 10.0, 45.0  # the default run shares its two cores with other tests
QUICK, FULL = 1, int(os.environ.get("FAULTS_KILLS", "100"))
GIVEN_UP = 300.0
WORK = 0.03
JUDGED_EACH = int(os.environ.get("FAULTS_JUDGED", "5"))  # rounds
MINUTES = float(os.environ.get("FAULTS_MINUTES", "inf"))  # where less than all has to do, the last round begins then
pytestmark = [pytest.mark.race, pytest.mark.slow]


def web_worker(site: Site) -> None:
    """Kill one of the processes that answer requests."""
    kill(random.choice(site.web_workers()))


def mould(site: Site) -> None:
    """Kill what the web workers were forked from, and them with it."""
    kill(site.mould() or 0)


def web_server(site: Site) -> None:
    """Kill the server above them."""
    kill(site.child("web") or 0)


def worker(site: Site) -> None:
    """Kill the background worker."""
    kill(site.child("worker") or 0)


def redis(site: Site) -> None:
    """Kill Redis."""
    kill(site.redis() or 0)


def launcher(site: Site) -> None:
    """Kill the launcher, and with it everything."""
    kill(site.launcher())


def postgres_backend(site: Site) -> None:
    """Kill one process of the database that serves a connection."""
    with suppress(psycopg.Error), psycopg.connect(postgres.url(site.folder, "charity")) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = 'charity' AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' ORDER BY state_change DESC LIMIT 1"
        ).fetchone()
        if found is not None:
            kill(int(found[0]))


def postgres_whole(site: Site) -> None:
    """Kill the whole database server."""
    server = site.keeper.running["postgres"].pid
    family = [*children(server), server]
    kill(server, signal.SIGSTOP)  # so that it starts nothing while the others end
    for pid in family:
        kill(pid)


KILLS: dict[str, tuple[Callable[[Site], None], ...]] = {
    "sqlite": (web_worker, worker, redis, mould, web_server, launcher),
    "postgres": (web_worker, worker, redis, mould, web_server, postgres_backend, postgres_whole, launcher),
}


# The default run, beside all other tests, kills once what differs most.
SOME: dict[str, tuple[Callable[[Site], None], ...]] = {
    "sqlite": (web_worker, launcher),
    "postgres": (postgres_backend, postgres_whole),
}


def recovered(site: Site, journal: Journal) -> float:
    """Wait until the site is whole again - stores ready, a claim acknowledged and sealed - and say how long it took."""
    began, caller = time.monotonic(), Caller(site, journal)
    while not site.is_open():
        assert time.monotonic() - began < GIVEN_UP, site.log.read_text("utf-8", errors="replace")[-4000:]
        time.sleep(0.05)
    ref = claim_and_cancel(site, caller, site.people["donors"][-1])
    engine = site.engine()
    asks = text("SELECT count(*) FROM entry_queue q JOIN entries e ON e.id = q.entry_id WHERE e.pledge = :ref")
    with engine.connect() as connection:
        while connection.execute(asks, {"ref": ref}).scalar_one():
            assert time.monotonic() - began < GIVEN_UP, "nobody seals the book"
            connection.rollback()
            time.sleep(0.05)
    engine.dispose()
    caller.close()
    return time.monotonic() - began


def judge_sees_what_is_wrong(site: Site, journal: Journal) -> None:
    """The control of every driver here: the same judge over rows that were spoiled by hand finds each of them."""
    engine = site.engine()
    ref = next(ref for ref, state in journal.states.items() if state == "confirmed")
    spoil = (
        "UPDATE wishes SET committed = committed + 1 WHERE id = (SELECT max(id) FROM wishes)",
        "UPDATE accounts SET open_pledges = open_pledges + 1 WHERE id = (SELECT max(id) FROM accounts)",
        "DELETE FROM pledge_steps WHERE id = (SELECT max(id) FROM pledge_steps)",
        "UPDATE answered_requests SET result = '' WHERE answered_at = (SELECT max(answered_at) FROM answered_requests)",
    )
    for number, statement in enumerate(spoil, start=1):
        with engine.begin() as connection:
            connection.execute(text(statement))
        assert len(judge.half_written(engine)) == number, statement
    with engine.begin() as connection:
        connection.execute(text("UPDATE pledges SET state = 'held' WHERE ref = :ref"), {"ref": ref})
    assert f"{ref}: told confirmed, is held" in judge.lost(engine, journal)
    engine.dispose()


def slowness() -> float:
    """Say how much longer a bit of work takes here and now than it would on a processor of its own."""
    began, worked = time.monotonic(), time.thread_time()
    while time.thread_time() - worked < WORK:
        hashlib.sha256(b"x" * 4096).digest()
    return (time.monotonic() - began) / WORK


@dataclass(slots=True)
class Recoveries:
    """How long each kind of kill kept the site away: by the clock, and as it would be with free processors."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    free: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, took: float, slow: float) -> None:
        """Write one down."""
        self.seconds.setdefault(name, []).append(took)
        self.free.setdefault(name, []).append(took / max(1.0, slow))

    def told(self) -> dict[str, object]:
        """Sum up: number, median and worst by the clock, worst with free processors."""
        return {
            name: {
                "kills": len(took),
                "median": round(sorted(took)[len(took) // 2], 1),
                "worst": round(max(took), 1),
                "free worst": round(max(self.free[name]), 1),
            }
            for name, took in self.seconds.items()
        }


def strike(site: Site, journal: Journal, kinds: Sequence[Callable[[Site], None]], seen: Recoveries) -> None:
    """Kill everything in turn, and wait each time until the site is whole again."""
    for how in kinds:
        time.sleep(random.uniform(0.3, 1.0))
        before = slowness()
        how(site)
        took = recovered(site, journal)
        seen.add(how.__name__, took, (before + slowness()) / 2)


@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("backend", KILLS)
def test_what_is_killed_comes_back_and_nothing_is_lost(backend: str, full: bool, folder: Path) -> None:
    journal, seen, until = Journal(), Recoveries(), time.monotonic() + 60 * MINUTES
    rounds, done = FULL if full else QUICK, 0
    with a_site(folder, backend) as site:
        while done < rounds and (time.monotonic() < until or not done):
            with giving(site, journal, people=3, pause=0.05):
                for _ in range(min(JUDGED_EACH, rounds - done)):
                    strike(site, journal, KILLS[backend] if full else SOME[backend], seen)
                    done += 1
            judge.clean(site, journal)
            note("kill", backend=backend, rounds=done, recoveries=seen.told(), answers=dict(journal.answers))
        judge_sees_what_is_wrong(site, journal)
    assert max(map(max, seen.free.values())) <= (RECOVERS_WITHIN if full else LOADED), seen


@pytest.mark.full
@pytest.mark.timeout(300)
def test_control_a_database_that_flushes_later_loses_what_was_acknowledged(folder: Path) -> None:
    """The same judge over a PostgreSQL that answers before it has written: it must find what is lost."""
    journal = Journal()
    with a_site(folder, "postgres") as site:
        slow = ("synchronous_commit = off", "wal_writer_delay = '10s'", "wal_writer_flush_after = '1GB'")
        postgres.execute(folder, *(f"ALTER SYSTEM SET {said}" for said in slow), "SELECT pg_reload_conf()")
        time.sleep(1)
        with giving(site, journal, people=3):
            time.sleep(1.5)
        site.keeper.leave("launcher")
        kill(site.launcher())
        postgres_whole(site)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if answers(folder):
                break
            time.sleep(0.1)
        assert judge.lost(site.engine(), journal)
