"""Granian as a service that cuts nobody: listening sockets that outlive workers, and old workers that leave politely.

By itself granian gives each worker a socket of its own, whose waiting connections are lost with the worker, and
replaces workers by the clock, whether the new ones answer yet or not. Here the parent keeps a socket for each place of
a worker and hands it from the old to the new one. One socket for all would do without places, but whoever wakes first
takes every connection of a burst, and the other processors have nothing to do (`decisions/0048-listening-sockets.md`).
"""

import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from granian.net import SocketSpec  # pyright: ignore[reportPrivateImportUsage]
from granian.server.mp import MPServer, WorkerProcess

from charity.cli.launch.mould import CAN_MOULD, Mould, Moulded

READY_FOLDER = "CHARITY_WEB_READY"
ADDED_UP = "PROMETHEUS_MULTIPROC_DIR"  # here the processes add up what they count
GOODBYE, HAND_OVER = signal.SIGUSR1, signal.SIGUSR2  # what a worker that is not followed, and one that is, hears first
_OPENS_WITHIN = 60.0
# Answers say meanwhile that their connection closes, so that nobody asks on it again; a reload has more time for that.
_GOODBYE_TAKES, _RELOAD_TAKES = 1.0, 4.0


class RollingServer(MPServer):
    """A granian whose reload (SIGHUP) and stop (SIGTERM) answer everything that was asked."""

    _mould: Mould | None = None
    _old_mould: Mould | None = None  # while a reload has not said whether the new one is any good

    def serve(self, *given: Any, **named: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Serve until told to stop."""
        folder = tempfile.mkdtemp(prefix="charity-web-")
        os.environ[READY_FOLDER] = folder
        os.environ.setdefault(ADDED_UP, folder)
        try:
            super().serve(*given, **named)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _init_shared_socket(self) -> None:
        self._ssp = None
        # Linux deals connections out among sockets of one address; elsewhere the last one opened would get them all.
        count = self.workers if sys.platform == "linux" else 1
        self._places = [_listen(SocketSpec(self.bind_addr, self.bind_port, self.backlog)) for _ in range(count)]

    def _drop_shared_socket(self) -> None:
        for _holder, plug in self._places:
            plug.close()
        if self._mould is not None:
            self._mould.retire()

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Callable[..., Any]) -> WorkerProcess:
        worker = self._pattern(idx, target, callback_loader)
        if CAN_MOULD:
            mould = self._mould if self._mould is not None and self._mould.is_alive else None
            worker.inner = Moulded(mould or self._cast(target, callback_loader), idx)
        return worker

    def _cast(self, target: Any, callback_loader: Callable[..., Any]) -> Mould:
        if self._mould is not None:
            self._mould.retire()
        patterns = [self._pattern(place, target, callback_loader).inner for place in range(self.workers)]
        self._mould = Mould(patterns, listening=[plug for _, plug in self._places], beside=self._old_mould)
        return self._mould

    def _pattern(self, idx: int, target: Any, callback_loader: Callable[..., Any]) -> WorkerProcess:
        own = self._places[idx % len(self._places)]
        self._shd, self._sso = own

        def load() -> Callable[..., Any]:
            # In the worker: a place it held open beside its own would take connections that nobody answers.
            for place in self._places:
                if place is not own:
                    place[1].close()
            return callback_loader()

        return super()._spawn_worker(idx, target, load)

    def _reload(self, spawn_target: Any, target_loader: Callable[..., Any]) -> None:
        self._old_mould, self._mould = self._mould, None
        super()._reload(spawn_target, target_loader)
        if self._old_mould is not None:
            self._old_mould.retire()
            self._old_mould = None

    def _respawn_workers(
        self, workers: Sequence[int], spawn_target: Any, target_loader: Callable[..., Any], delay: float = 0
    ) -> None:
        for index in workers:
            self.respawned_wrks[index] = time.monotonic()
            old = self.wrks[index]
            new = self._spawn_worker(idx=index, target=spawn_target, callback_loader=target_loader)
            new.interrupt_by_parent = old.is_alive()  # if it fails at once, the old one goes on
            new.start()
            if old.is_alive() and not self._opens(new):
                print("The new worker does not start, so the old one stays.", file=sys.stderr, flush=True)
                new.kill()
                del self.respawned_wrks[index]  # or the old one's next death would look like a loop of crashes
                self._keep_old_mould()
                return
            new.interrupt_by_parent = False
            self.wrks[index] = new
            self._dismiss([old], farewell=HAND_OVER, takes=_RELOAD_TAKES)

    def _keep_old_mould(self) -> None:
        if self._old_mould is not None and self._mould is not None:
            self._mould.retire()
            self._mould, self._old_mould = self._old_mould, None

    def _opens(self, worker: WorkerProcess) -> bool:
        mark, until = Path(os.environ[READY_FOLDER]) / str(worker.inner.pid), time.monotonic() + _OPENS_WITHIN
        while not mark.exists():
            if not worker.is_alive() or time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def _stop_workers(self) -> None:
        self._dismiss(self.wrks)
        self.wrks.clear()

    def _dismiss(
        self, workers: Sequence[WorkerProcess], *, farewell: signal.Signals = GOODBYE, takes: float = _GOODBYE_TAKES
    ) -> None:
        living = [worker for worker in workers if worker.is_alive()]
        for worker in living:
            worker.interrupt_by_parent = True
            if worker.inner.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(worker.inner.pid, farewell)
        if living:
            time.sleep(takes)
        for worker in living:
            worker.terminate()
        until = time.monotonic() + (self.workers_kill_timeout or 0)
        for worker in living:
            worker.join(max(0.01, until - time.monotonic()))
            if worker.is_alive():
                print("A worker did not end in time and is killed.", file=sys.stderr, flush=True)
                worker.kill()
                worker.join()


def _listen(spec: SocketSpec) -> tuple[Any, socket.socket]:
    holder = spec.build()
    plug = socket.socket(fileno=holder.get_fd())
    plug.set_inheritable(True)
    return holder, plug
