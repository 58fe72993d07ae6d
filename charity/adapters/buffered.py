"""A buffer in this process that its own thread empties: what is put in costs the request nothing, and may be lost."""

import atexit
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")
_log = structlog.get_logger()
MOST = 20_000


class Buffer(Generic[T]):
    """Gathers things and hands them over every so many seconds, and once more when the process ends."""

    def __init__(self, hand_over: Callable[[list[T]], None], *, every: float) -> None:
        self._hand_over = hand_over
        self._every = every
        self._lock = threading.Lock()
        self._things: list[T] = []
        self._thread: threading.Thread | None = None

    def put(self, thing: T) -> None:
        """Take one more thing; a full buffer takes none, because the database has been away for long."""
        with self._lock:
            if len(self._things) < MOST:
                self._things.append(thing)
            if self._thread is None and self._every > 0:
                self._begin()

    def _begin(self) -> None:
        # Begun by the first thing, not at start: a server that forks would leave its thread behind.
        self._thread = threading.Thread(target=self._run, name="buffer", daemon=True)
        self._thread.start()
        atexit.register(self.flush)

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(self._every)
            self.flush()

    def flush(self) -> int:
        """Hand everything over now; what cannot be handed over is dropped."""
        with self._lock:
            things, self._things = self._things, []
        if not things:
            return 0
        try:
            self._hand_over(things)
        except Exception as error:  # a loss here is harmless: the wall ranks by somewhat older sums
            _log.warning("buffer lost", things=len(things), kind=type(error).__name__)
        return len(things)
