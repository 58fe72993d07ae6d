"""One temporary folder for a whole test run, shared by its workers and named after the process that removes it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from charity.adapters.processes import is_running
from tests.kit import postgres

VARIABLE = "CHARITY_TEST_HOME"
PREFIX = "charity-tests-"
MEMORY = Path("/dev/shm")  # a file system that waits for no disk
ROOM = 3 * 2**30  # bytes, several times what a run writes


def make() -> Path:
    """Make this run's folder, and sweep away those of runs that were killed."""
    parent = _parent()
    for old in (*parent.glob(f"{PREFIX}*"), *Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
        owner = old.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not is_running(int(owner)):
            remove(old)
    home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    home.chmod(0o755)  # the database server of a test run by root is somebody else
    os.environ[VARIABLE] = str(home)
    return home


def _parent() -> Path:
    """Give memory where there is enough, unless another folder is asked for: on a disk SQLite waits at each act."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return Path(tempfile.gettempdir())
    found = os.statvfs(MEMORY)
    is_large = found.f_bavail * found.f_frsize >= ROOM
    runs_programs = not found.f_flag & os.ST_NOEXEC  # the database server's are copied there
    return MEMORY if is_large and runs_programs else Path(tempfile.gettempdir())


def here() -> Path:
    """Give this run's folder."""
    return Path(os.environ[VARIABLE])


def remove(home: Path) -> None:
    """End the servers of a run and remove its folder."""
    postgres.stop(home)
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Let one worker at a time in."""
    with (here() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
