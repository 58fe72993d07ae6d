"""A process that loads the application once and forks the web workers of one start or reload: they share it.

A worker that loads for itself keeps all of it for itself, some hundred megabytes a worker. The web server cannot load
it for them, because a reload would then go on with the old version; so each reload has a mould of its own.
"""

import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import active_children, get_context
from multiprocessing.context import ForkProcess
from typing import NamedTuple

from charity.adapters.processes import tie

SERVER_PID = "CHARITY_WEB_PID"
CAN_MOULD = sys.platform == "linux"  # elsewhere no descriptor stands for a process that is not one's own child
_NUMBER = 8  # bytes of a process number
LOADS_WITHIN = 120.0
_LOOKS_ROUND = 1.0  # seconds after which the dead are taken away


class _Places(NamedTuple):
    listening: Sequence[socket.socket]
    patterns: Sequence[ForkProcess]


class Mould:
    """Forks one of these processes, never started themselves, each time it is asked to."""

    def __init__(
        self, patterns: Sequence[ForkProcess], *, listening: Sequence[socket.socket], beside: "Mould | None" = None
    ) -> None:
        """Fork it with the sockets its workers listen on; `beside` is the one it follows."""
        ours, theirs = socket.socketpair()
        foreign = [ours] if beside is None else [ours, beside._line]
        self._line = ours
        self._line.settimeout(LOADS_WITHIN)
        places = _Places(listening, patterns)
        self._process = get_context("fork").Process(target=_stand, args=(os.getpid(), theirs, foreign, places))
        self._process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        """Say whether workers can still be had."""
        return self._process.is_alive()

    def fork(self, place: int) -> tuple[int, int] | None:
        """Make the worker of a place; gives its number and a descriptor that stands for it, None when there is none.

        A mould that does not get so far in time is ended: the server must not wait for it for ever.
        """
        try:
            self._line.send(place.to_bytes(_NUMBER))
            said, handles, _, _ = socket.recv_fds(self._line, _NUMBER, 1)
        except TimeoutError:
            self._process.kill()
            return None
        except OSError:
            return None
        return (int.from_bytes(said), handles[0]) if handles else None

    def retire(self) -> None:
        """Let it end when its last worker has ended, and have it taken away then."""
        self._line.close()
        threading.Thread(target=self._process.join, name="mould-ends", daemon=True).start()


class Moulded:
    """A worker that is not this process's own child, with what granian asks of a `multiprocessing.Process`."""

    def __init__(self, mould: Mould, place: int) -> None:
        self.mould = mould
        self._place = place
        self._handle: int | None = None
        self.pid: int | None = None

    def start(self) -> None:
        """Have it forked; one that could not be is dead."""
        forked = self.mould.fork(self._place)
        if forked is not None:
            self.pid, self._handle = forked

    def is_alive(self) -> bool:
        """Say whether it has not ended."""
        return not self._ends(0)

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended, at most so many seconds."""
        self._ends(timeout)

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _ends(self, seconds: float | None) -> bool:
        if self._handle is None:
            return True
        watched = select.poll()  # readable when the process has ended; `select` knows no descriptor above 1,023
        watched.register(self._handle, select.POLLIN)
        return bool(watched.poll(None if seconds is None else seconds * 1000))

    def _send(self, number: signal.Signals) -> None:
        if self._handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def __del__(self) -> None:
        if self._handle is not None:
            os.close(self._handle)


def _stand(server: int, line: socket.socket, foreign: Sequence[socket.socket], places: _Places) -> None:
    """Load, then fork whatever is asked for until nobody can ask any more."""
    tie(server)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a whole group of processes may be told; the server says when to end
    for end in foreign:  # held open here, it would keep the mould that is followed from ending
        end.close()
    os.environ[SERVER_PID] = str(os.getpid())
    import_module("charity.cli.launch.application")
    while asked := _hear(line):
        _answer(line, places.patterns[int.from_bytes(asked)])
    for plug in places.listening:  # or people would be let in whom no worker answers any more
        plug.close()
    for worker in active_children():
        worker.join()


def _hear(line: socket.socket) -> bytes:
    while not select.select([line], [], [], _LOOKS_ROUND)[0]:
        active_children()  # takes away those that have ended
    return line.recv(_NUMBER)


def _answer(line: socket.socket, pattern: ForkProcess) -> None:
    worker = get_context("fork").Process(target=_run, args=(line, pattern))
    try:
        worker.start()
        handle = os.pidfd_open(worker.pid or 0)  # only this process takes it away, so the number is still its own
    except OSError:  # no room for one more: those that live go on
        if worker.pid is not None:
            worker.kill()
        line.send(bytes(_NUMBER))
        return
    socket.send_fds(line, [(worker.pid or 0).to_bytes(_NUMBER)], [handle])
    os.close(handle)


def _run(line: socket.socket, pattern: ForkProcess) -> None:
    line.close()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    pattern.run()
