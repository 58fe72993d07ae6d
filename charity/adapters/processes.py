"""Child processes that end with their parent, whatever ends the parent."""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

_SET_PARENT_DEATH_SIGNAL = 1
_ON_LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if _ON_LINUX else None


def tie(parent: int, end: int = signal.SIGKILL) -> None:
    """Let the kernel end this process when the parent's thread that made it ends (on Linux; elsewhere see `watch`)."""
    if _libc is None:
        return
    _libc.prctl(_SET_PARENT_DEATH_SIGNAL, int(end), 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def tied(end: int = signal.SIGKILL) -> Callable[[], None] | None:
    """Give the `preexec_fn` that ties a child to this process; call it and Popen from the main thread."""
    if not _ON_LINUX:
        return None
    parent = os.getpid()
    return lambda: tie(parent, end)


def watch(parent: int) -> None:
    """End this process when its parent has gone, on systems whose kernel does not offer to."""
    if _ON_LINUX:
        return
    threading.Thread(target=_follow, args=(parent,), name="parent-watch", daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)


def is_running(pid: int) -> bool:
    """Say whether a process of this number lives (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) != "Z"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""
