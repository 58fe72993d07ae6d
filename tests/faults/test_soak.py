"""Hours of mixed traffic in short: memory does not grow, descriptors do not grow, answers do not get slower."""

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import judge
from tests.faults.noting import note
from tests.faults.site import Site, a_site
from tests.faults.traffic import Caller, Journal, giving

FULL = float(os.environ.get("FAULTS_SECONDS", "1800"))
MEMORY, DESCRIPTORS, SLOWER = 1.10, 8, 1.5
PAGES = ("/", "/wishes", "/wishes?q=shoes", "/boards", "/figures", "/book", "/api/v1/wishes", "/api/v1/boards/wishes")
pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.timeout(3 * 3600)]


@dataclass(frozen=True, slots=True)
class Look:
    """What one process held at one moment."""

    kilobytes: int
    descriptors: int


def look_at(pid: int) -> Look | None:
    """Read a process's own memory (what it shares is counted once, elsewhere) and its open descriptors."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        private = sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))
        return Look(private, len(list(Path(f"/proc/{pid}/fd").iterdir())))
    return None


def processes(site: Site) -> dict[str, int]:
    """Number the processes that must not grow."""
    found = {f"web {place}": pid for place, pid in enumerate(sorted(site.web_workers()))}
    return found | {"mould": site.mould() or 0, "worker": site.child("worker") or 0, "launcher": site.launcher()}


@contextmanager
def looking(site: Site, journal: Journal) -> Iterator[None]:
    """Let two visitors read all kinds of pages."""
    stop = threading.Event()

    def work() -> None:
        caller = Caller(site, journal)
        while not stop.is_set():
            path = random.choice([*PAGES, f"/wishes/{random.choice(site.people['wishes'])}"])
            status, _told = caller.ask("GET", path, what="page")
            if status != 200:
                journal.strange(f"{path} {status}")
            stop.wait(0.05)
        caller.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)


def growth(before: dict[str, Look], after: dict[str, Look]) -> list[str]:
    """List what grew more than it may."""
    problems = [f"{name} is gone" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        then, now = before[name], after[name]
        if now.kilobytes > then.kilobytes * MEMORY:
            problems.append(f"{name}: {then.kilobytes} to {now.kilobytes} kB")
        if now.descriptors > then.descriptors + DESCRIPTORS:
            problems.append(f"{name}: {then.descriptors} to {now.descriptors} descriptors")
    return problems


def looks(site: Site) -> dict[str, Look]:
    """Look at every process."""
    seen = {name: look_at(pid) for name, pid in processes(site).items()}
    return {name: found for name, found in seen.items() if found is not None}


@pytest.mark.full
def test_nothing_grows_and_nothing_slows(folder: Path) -> None:
    journal, p95 = Journal(), list[dict[str, float]]()
    with a_site(folder, os.environ.get("FAULTS_BACKEND", "postgres")) as site:
        with giving(site, journal, people=2, pause=0.02), looking(site, journal):
            time.sleep(FULL / 5)  # caches fill, workers reach their size
            before, parts = looks(site), 4
            for _ in range(parts):
                journal.forget_times()
                time.sleep(FULL * 4 / 5 / parts)
                p95.append({what: round(journal.p95(what), 3) for what in ("claim", "page")})
            after = looks(site)
        judge.clean(site, journal)
    problems = growth(before, after)
    note("soak", seconds=FULL, before=before, after=after, p95=p95, answers=dict(journal.answers), problems=problems)
    assert not problems
    for what in ("claim", "page"):
        assert p95[-1][what] <= max(SLOWER * p95[0][what], 0.2), p95


def test_control_a_process_that_keeps_everything_is_seen() -> None:
    """The same judge over this process while it keeps memory and open files."""
    before = look_at(os.getpid())
    assert before is not None
    kept = bytearray(os.urandom(1024)) * (max(before.kilobytes, 50_000) // 2)
    with ExitStack() as stack:
        for _ in range(DESCRIPTORS + 1):
            stack.enter_context(Path(__file__).open())
        after = look_at(os.getpid())
    assert after is not None and kept
    found = growth({"this": before}, {"this": after})
    assert len(found) == 2, found
    assert growth({"this": before}, {"this": before}) == []
    assert growth({"this": before}, {}) == ["this is gone"]
