"""The lines about processes themselves: how soon they are there, and what they keep; each on a site of its own."""

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from bench import memory, start
from bench.ground import prepare
from bench.lines import WORKERS, Line
from bench.site import site

NAMES = ("start", "memory")
WISHES = 100_000


def measure(names: Collection[str]) -> Iterator[Line]:
    """Measure those of the two that are named."""
    if "start" in names:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            yield start.measure(Path(folder))
    if "memory" in names:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, site(Path(folder), "sqlite") as running:
            ground = prepare(running, teams=150, copies=WISHES)
            running.open(workers=WORKERS)
            yield from memory.measure(running, ground, "sqlite", wishes=WISHES)
