"""The worker: one loop over SQL rows; every turn can be run by several workers at once and cut off at any point."""

import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from flask import Flask

from charity.adapters import metrics
from charity.adapters.db import busy_because, end_reading
from charity.domain.errors import Busy

_log = structlog.get_logger()
_IDLE = 0.2


@dataclass(frozen=True, slots=True)
class Turn:
    """A piece of regular work: its name, the seconds between two runs, and what it does (returning how much)."""

    name: str
    every: float
    work: Callable[[], int]


class Loop:
    """Runs turns when they are due, until told to stop."""

    def __init__(self, app: Flask, turns: Iterable[Turn]) -> None:
        self._app = app
        self._due = {turn: 0.0 for turn in turns}
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until stop() or SIGTERM; a failing turn is logged and tried again at its next time."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda _number, _frame: self.stop())
        while not self._stop.is_set():
            self.step()
            self._stop.wait(_IDLE)

    def stop(self) -> None:
        """End the loop after the turn that is running."""
        self._stop.set()

    def step(self) -> None:
        """Run every turn that is due once."""
        for turn, due in self._due.items():
            if time.monotonic() < due or self._stop.is_set():
                continue
            did = self._run(turn)
            # a turn that had something to do is asked again at once, so that a backlog does not wait
            self._due[turn] = time.monotonic() + (min(turn.every, _IDLE) if did else turn.every)

    def _run(self, turn: Turn) -> int:
        with self._app.app_context():
            try:
                return turn.work()
            except Exception as error:  # one broken turn must not stop the others
                self._note(turn, error)
                return 0
            finally:
                end_reading()

    def _note(self, turn: Turn, error: Exception) -> None:
        busy = error if isinstance(error, Busy) else busy_because(error)
        if busy is not None:  # it will pass, and every try until then tells the same: one line, no trace
            _log.warning("turn waits", turn=turn.name, code=busy.code)
        else:
            metrics.turn_failed(turn.name)
            _log.exception("turn failed", turn=turn.name, kind=type(error).__name__, exc_info=error)
