"""What systemd does on a real machine: start what ended again, at once, and end everything in order."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

TURN = 0.05
REST = 0.3


class Keeper:
    """Keeps programs running in a thread of its own, until told to stop."""

    def __init__(self) -> None:
        self._starts: dict[str, Callable[[], subprocess.Popen[bytes]]] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.starts = 0
        self._paused: set[str] = set()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def keep(self, name: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        """Start a program and keep it running."""
        with self._lock:
            self.running[name] = start()
            self._starts[name] = start

    def leave(self, name: str) -> None:
        """Let a program be gone until `resume`."""
        self._paused.add(name)

    def resume(self, name: str) -> None:
        """Start a program that was left again."""
        self._paused.discard(name)

    def _run(self) -> None:
        while not self._stop.wait(TURN):
            with self._lock:
                for name, start in self._starts.items():
                    if name not in self._paused and self.running[name].poll() is not None:
                        time.sleep(REST)
                        self.running[name] = start()
                        self.starts += 1

    def stop(self) -> None:
        """End everything, the last started first."""
        self._stop.set()
        self._thread.join()
        for process in reversed(self.running.values()):
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def children(pid: int) -> dict[int, str]:
    """List the children of a process with their command lines."""
    found: dict[int, str] = {}
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in path.read_text().split():
                found[int(child)] = command_of(int(child))
    return found


def command_of(pid: int) -> str:
    """Give the command line of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def kill(pid: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a process that may be gone; 0 would be everybody in this run."""
    assert pid > 0, "what was to be killed does not run"
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
