"""Child processes under watch: what ends by itself starts again, more slowly each time it ends at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from charity.adapters.processes import tied

_SHORT_LIFE = 10.0
_LONGEST_WAIT = 30.0
_PATIENCE = 15.0


@dataclass(slots=True)
class Child:
    """One child process and how often it ended early."""

    name: str
    arguments: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    early_ends: int = 0
    started: float = 0.0
    next_start: float = field(default=0.0)

    def start(self) -> None:
        """Start it, tied to this process; call from the main thread."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "charity.cli.launch.child", self.name, *self.arguments],
            env=dict(self.environ),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the launcher, which then ends the children in order
            preexec_fn=tied(),
        )

    def keep_running(self) -> None:
        """Start it again if it has ended and its waiting time is over."""
        if self.process is not None and self.process.poll() is not None:
            self._note_end(self.process.returncode)
        if self.process is None and time.monotonic() >= self.next_start:
            self.start()

    def _note_end(self, code: int) -> None:
        self.process = None
        is_early = time.monotonic() - self.started < _SHORT_LIFE
        self.early_ends = self.early_ends + 1 if is_early else 0
        # the first end may be anybody's, and people wait; what ends again and again waits longer each time
        wait = min(_LONGEST_WAIT, 2.0 ** (self.early_ends - 1) - 1) if is_early else 0.0
        self.next_start = time.monotonic() + wait
        print(f"{self.name} ended ({code}); it starts again in {wait:.0f} s", file=sys.stderr, flush=True)

    def is_running(self) -> bool:
        """Say whether it runs."""
        return self.process is not None and self.process.poll() is None


def stop_all(children: Sequence[Child]) -> None:
    """End all: asked first, together; then those that did not listen, with everything in their sessions."""
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.terminate()
    until = time.monotonic() + _PATIENCE
    for process in running:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
