"""Turns at writing, for the threads of all processes that share one SQLite file: one at a time, and nobody is passed.

SQLite's own waiting is a sleep of growing length, in which others overtake without end. Here whoever wants to write
waits at a gate, one of each kind, and holds it until the writer before him is done; so who just wrote stands behind
who waits. The locks are flock(2)'s: they end with their process, however it ends.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from weakref import finalize

from charity.domain.errors import Busy

PATIENCE = 10.0  # seconds
_PAUSE = 0.0002


class Turns:
    """The turns at one file, for this process; two of them are like two processes."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._threads = (threading.Lock(), threading.Lock())
        self._files: _Files | None = None

    @contextmanager
    def turn(self, patience: float = PATIENCE) -> Iterator[None]:
        """Wait for the turn and hold it inside the block; Busy when it does not come in so many seconds."""
        until = time.monotonic() + patience
        with ExitStack() as held:
            with ExitStack() as waiting:
                _enter(waiting, self._threads[0], until)
                _enter(held, self._threads[1], until)
                files = self._open()
                _lock(waiting, files.gate, until)
                _lock(held, files.turn, until)
            yield

    def _open(self) -> "_Files":
        # A child has its parent's files, and with them its parent's locks: it needs its own.
        if self._files is None or self._files.owner != os.getpid():
            self._files = _Files(self._file("gate"), self._file("turn"), os.getpid())
            finalize(self, _close, self._files)
        return self._files

    def _file(self, kind: str) -> int:
        path = self._database.with_name(f"{self._database.name}-{kind}")
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@dataclass(frozen=True, slots=True)
class _Files:
    gate: int
    turn: int
    owner: int


def _close(files: _Files) -> None:
    if files.owner == os.getpid():
        os.close(files.gate)
        os.close(files.turn)


def _enter(held: ExitStack, lock: threading.Lock, until: float) -> None:
    if not lock.acquire(timeout=max(0.0, until - time.monotonic())):
        raise Busy
    held.callback(lock.release)


def _lock(held: ExitStack, file: int, until: float) -> None:
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        if time.monotonic() > until:
            raise Busy
        time.sleep(_PAUSE)
    held.callback(fcntl.flock, file, fcntl.LOCK_UN)
