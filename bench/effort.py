"""Processor time instead of time of the clock: what others do on the machine changes it little.

A try's effort is what this thread worked and, where PostgreSQL answers, what its connections' processes worked.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Effort:
    """Milliseconds of processor time: of this process, and of the database's own."""

    here: float
    database: float

    @property
    def both(self) -> float:
        """Add them up."""
        return self.here + self.database


class Meter:
    """Measures tries against one database."""

    def __init__(self, engine: Engine) -> None:
        self._master = ""
        host = engine.url.query.get("host")
        if engine.dialect.name == "postgresql" and isinstance(host, str):
            self._master = (Path(host) / "data" / "postmaster.pid").read_text().split()[0]

    def measure(self, work: Callable[[], object]) -> Effort:
        """Do it once and say what it took."""
        there, here = self._database(), time.thread_time()
        work()
        here = time.thread_time() - here
        return Effort(here * 1000, self._database() - there)

    def least(self, work: Callable[[], object], tries: int) -> float:
        """Give the effort of the cheapest of some tries: disturbances only ever add."""
        return min(self.measure(work).both for _try in range(tries))

    def _database(self) -> float:
        """Add up, in milliseconds, what the processes of all connections have worked so far."""
        if not self._master:
            return 0.0
        children = Path(f"/proc/{self._master}/task/{self._master}/children").read_text().split()
        return sum(_worked(Path("/proc") / child) for child in children) / 1e6


def _worked(process: Path) -> int:
    """Give the nanoseconds a connection's process has worked; the server's housekeepers do not count."""
    try:
        is_connection = b"[local]" in (process / "cmdline").read_bytes()
        return int((process / "schedstat").read_text().split()[0]) if is_connection else 0
    except OSError:
        return 0
