"""Work in a process of its own: when it ends, its memory and whatever it loaded are gone, and a worker stays small.

Work and answer go through nameless files as pickles between two processes of one program; nothing else is read so.
"""

import os
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Generic, TypeVar

from charity.adapters.processes import tie, watch
from charity.adapters.settings import ROOT

MEGABYTE = 2**20
MEMORY = 6_144 * MEGABYTE  # of addresses, of which a compiler maps many and uses few
_TOLD = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "NUMBA_CACHE_DIR")  # no secret: the work needs numbers only
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

T = TypeVar("T")


class ChildFailed(Exception):
    """The child ended without an answer; what it said stands on this process's standard error."""


class Child(Generic[T]):
    """Work (a module's function, or a partial of one) in a fresh process, which ends with this one's thread."""

    def __init__(
        self, work: Callable[[], T], *, name: str, seconds: float, nice: int = 0, memory: int = MEMORY
    ) -> None:
        """Begin; after so many seconds it is ended, and where it asks for more memory."""
        self._name, self._seconds = name, seconds
        self._task, self._answer = TemporaryFile(), TemporaryFile()  # noqa: SIM115 (`answer` closes them)
        self._task.write(pickle.dumps((os.getpid(), nice, memory, work)))
        self._task.seek(0)
        told = {name: os.environ[name] for name in _TOLD if name in os.environ}
        command = [sys.executable, "-m", "charity.adapters.apart"]
        self._until = time.monotonic() + seconds
        self._process = subprocess.Popen(
            command, stdin=self._task, stdout=self._answer, cwd=ROOT, env=told | _ONE_THREAD
        )

    def is_running(self) -> bool:
        """Say whether it is still at work."""
        return self._process.poll() is None and time.monotonic() < self._until

    def answer(self) -> T:
        """Wait for the answer; whatever comes, the process has ended."""
        with self._task, self._answer:
            try:
                status = self._process.wait(max(0.0, self._until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                raise ChildFailed(f"{self._name} took longer than {self._seconds:.0f} s") from None
            if status:
                raise ChildFailed(f"{self._name} ended with {status}")
            self._answer.seek(0)
            return pickle.load(self._answer)


def run_apart(work: Callable[[], T], *, name: str, seconds: float, nice: int = 0, memory: int = MEMORY) -> T:
    """Let work be done in a process of its own, less urgently by `nice`, and wait for its answer."""
    return Child(work, name=name, seconds=seconds, nice=nice, memory=memory).answer()


def _main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever the work prints is no answer
    parent, nice, memory, work = pickle.load(sys.stdin.buffer)
    tie(parent)
    watch(parent)
    os.nice(nice)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with answers:
        pickle.dump(work(), answers)


if __name__ == "__main__":
    _main()
