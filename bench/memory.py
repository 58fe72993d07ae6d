"""The lines of memory: what each process keeps for itself after traffic, with the index of a full wall."""

import itertools
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import loop
from bench.ground import Ground
from bench.lines import CLIENTS, WORKERS, Line, line
from bench.site import Site
from bench.start import family
from charity.adapters.settings import ROOT
from charity.adapters.wall_index import open_index
from charity.cli.launch.site import free_port

MEGABYTE = 2**20
PATIENCE = 600.0
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Kept:
    """Megabytes of a process: what would come free if it ended, and its share of everything it uses."""

    private: float
    share: float


def measure(running: Site, ground: Ground, backend: str, *, wishes: int) -> Iterator[Line]:
    """Let people come for a while, then look at the web workers and at the background worker."""
    built = _wait_for_index(running.home / "instance" / "wall.index", wishes)
    answered = _traffic(running, ground)
    web, worker = (process.pid for process in running.processes)
    bare = _bare()
    for name, pids in (("memory-web", family(web) - {web}), ("memory-worker", {worker})):
        found = [kept for pid in pids if (kept := look(pid)).private > 0]
        said = ", ".join(f"{kept.private:.0f} private and {kept.share:.0f} of its share" for kept in found)
        setting = f"{backend}, {wishes} wishes, index of {built}, after {answered} answers: {said}, against Flask hello"
        yield line(name, [max(kept.private for kept in found)], [bare], setting=setting, unit="MB private")


def look(pid: int) -> Kept:
    """Read what a process keeps; zeros when it has gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return Kept(0.0, 0.0)
    sizes = {name: int(rest.split()[0]) * 1024 / MEGABYTE for name, _, rest in (text.partition(":") for text in lines)}
    return Kept(sizes["Private_Clean"] + sizes["Private_Dirty"], sizes["Pss"])


def _wait_for_index(path: Path, wishes: int) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = open_index(path)
        if found is not None and found.stamp.rows >= wishes:
            return found.stamp.rows
        time.sleep(1)
    raise SystemExit("the worker does not build the index of the wall")


def _traffic(running: Site, ground: Ground) -> int:
    """Ask for walls, wishes, boards and the book, and give, each for some seconds; gives how many answers came."""
    number, tokens, chance = itertools.count(), itertools.cycle(ground.tokens), random.Random(7)
    paths = ("/wishes?bench={}", "/wishes?kind=goods&bench={}", "/boards?bench={}", "/book?bench={}", "/figures")

    def reading() -> Iterator[bytes]:
        for path in itertools.cycle(paths):
            yield loop.get(path.format(next(number)))
            yield loop.get(f"/wishes/{chance.choice(ground.wishes)}")
            yield loop.get("/api/v1/boards/wishes?period=all&limit=100", token=next(tokens))

    def giving() -> Iterator[bytes]:
        while True:
            path = f"/api/v1/wishes/{chance.choice(ground.wishes)}/pledges"
            yield loop.post(path, '{"units":1}', token=next(tokens), key=secrets.token_hex(8))

    asked = [[reading() for _ in range(CLIENTS)], [giving() for _ in range(CLIENTS)]]
    runs = [loop.run(loop.over_http(running.port), each, loop.http_answer, seconds=SECONDS) for each in asked * 2]
    return sum(len(run.times) for run in runs)


def _bare() -> float:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.hello", str(port), str(WORKERS)], cwd=ROOT)
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                loop.run(loop.over_http(port), [iter([loop.get("/")] * 200)], loop.http_answer, seconds=5)
            except OSError:
                time.sleep(0.1)
            else:
                return max(look(pid).private for pid in family(process.pid) - {process.pid})
        raise SystemExit("Flask hello does not answer")
    finally:
        process.terminate()
        process.wait(15)
