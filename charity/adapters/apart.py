"""Work in a process of its own: when it ends, its memory and whatever it loaded are gone, and a worker stays small.

Work and answer go through pipes as pickles between two processes of one program; nothing from outside is ever read so.
"""

import os
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from charity.adapters.processes import tie, watch
from charity.adapters.settings import ROOT

MEGABYTE = 2**20
MEMORY = 6_144 * MEGABYTE  # of addresses, of which a compiler maps many and uses few
_TOLD = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "NUMBA_CACHE_DIR")  # no secret: the work needs numbers only
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

P = ParamSpec("P")
T = TypeVar("T")


class ChildFailed(Exception):
    """The child ended without an answer; what it said stands on this process's standard error."""


def run_apart(seconds: float, nice: int, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Run a module's function in a fresh process of less urgency and give its answer; it ends with this one."""
    task = pickle.dumps((os.getpid(), nice, work, args, named))
    told = {name: os.environ[name] for name in _TOLD if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "charity.adapters.apart"],
            input=task,
            stdout=subprocess.PIPE,
            timeout=seconds,
            check=False,
            cwd=ROOT,
            env=told | _ONE_THREAD,
        )
    except subprocess.TimeoutExpired:
        raise ChildFailed(f"{work.__name__} took longer than {seconds:.0f} s") from None
    if done.returncode:
        raise ChildFailed(f"{work.__name__} ended with {done.returncode}")
    return pickle.loads(done.stdout)


def _main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever the work prints is no answer
    parent, nice, work, args, named = pickle.load(sys.stdin.buffer)
    tie(parent)
    watch(parent)
    os.nice(nice)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with answers:
        pickle.dump(work(*args, **named), answers)


if __name__ == "__main__":
    _main()
