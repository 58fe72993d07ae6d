"""The application inside a web worker process; the worker ends with its web server, whatever ends that."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from charity.adapters.processes import tie, watch
from charity.cli.launch.application import app

SERVER_PID = "CHARITY_WEB_PID"
READY_FOLDER = "CHARITY_WEB_READY"

# A thread that waits for the database asks for its turn again after half a millisecond, not after five.
sys.setswitchinterval(0.0005)
_server = int(os.environ[SERVER_PID])
tie(_server)
watch(_server)


def _say_goodbye(_number: int, _frame: object) -> None:
    """Close each connection with its next answer: this worker is about to be replaced."""
    inner = app.wsgi_app
    app.wsgi_app = lambda environ, start: inner(environ, _closing(start))


def _hand_over(number: int, frame: object) -> None:
    """Let nobody in any more, but close on nobody: who is in has the time of the goodbye to ask, others go next door.

    Until its end the server would go on to accept, and close on who came in a moment before and had not asked yet.
    """
    blind = socket.socket(socket.AF_UNIX)  # what is accepted from here is nobody
    blind.bind("")
    blind.listen()
    blind.setblocking(False)
    for name in os.listdir("/proc/self/fd"):
        if _is_door(int(name)) and int(name) != blind.fileno():
            os.dup2(blind.fileno(), int(name), inheritable=False)
    blind.close()
    _say_goodbye(number, frame)


def _is_door(number: int) -> bool:
    try:
        found = socket.socket(fileno=number)
    except OSError:  # a file, or gone by now
        return False
    try:
        return bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    finally:
        found.detach()


def _closing(start: Callable[..., Any]) -> Callable[..., Any]:
    def begin(status: str, headers: Iterable[tuple[str, str]], *more: Any) -> Any:
        return start(status, [*headers, ("Connection", "close")], *more)

    return begin


if _folder := os.environ.get(READY_FOLDER):
    signal.signal(signal.SIGUSR1, _say_goodbye)
    signal.signal(signal.SIGUSR2, _hand_over if sys.platform == "linux" else _say_goodbye)
    (Path(_folder) / str(os.getpid())).touch()
