"""Where the index of the wall lies, who has it open in this process, and the token that goes with a served list.

The last few indexes are kept under their stamps, so that whoever turns pages keeps his list, whichever process answers.
Import this module only where the index is used: it loads numpy.
"""

import fcntl
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from charity.adapters.crypto import digest, is_same
from charity.adapters.settings import Settings
from charity.adapters.wall_index import OpenIndex, WallIndex, open_index, stamped
from charity.domain.matching import Reason, Standing, Subject
from charity.matching.index import Found

FILE = "wall.index"
SECONDS, MOST_READ = 1.0, 200
TOKEN_LIVES = timedelta(hours=2)
_MAC = 16
_NAME = "list-token"
Explained = tuple[tuple[Subject, Standing], tuple[Reason, ...]]


class Shelf:
    """The newest index and the one before."""

    def __init__(self, path: Path, *, fresh_for: timedelta, seconds: float) -> None:
        self._path, self._seconds = path, seconds
        self._read: dict[Hashable, tuple[float, list[Found]]] = {}
        self._newest = WallIndex(path, fresh_for=fresh_for)
        self._open: tuple[OpenIndex, ...] = ()
        self.explained: dict[Hashable, Explained] = {}  # of the open indexes; see queries/ranking/wall.py

    def current(self, moment: datetime, *, built_at: int | None = None) -> OpenIndex | None:
        """Give the index of a stamp while it is open, otherwise the newest; None when that is missing or stale."""
        newest = self._newest.current(moment)
        if newest is None:
            self._open = ()
            return None
        if newest not in self._open:
            self._open = (newest, *self._open[:1])
            self.explained.clear()
        if built_at is None:
            return newest
        return next((each for each in self._open if each.stamp.built_at == built_at), None) or self._former(built_at)

    def remember(self, key: Hashable, read: Callable[[], list[Found]]) -> list[Found]:
        """Read for all visitors at once what they are shown alike, for a second."""
        made, found = self._read.get(key, (float("-inf"), []))
        if time.monotonic() - made >= self._seconds:
            if len(self._read) >= MOST_READ:
                self._read.clear()
            found = read()
            self._read[key] = (time.monotonic(), found)
        return found

    def _former(self, built_at: int) -> OpenIndex:
        """Open the index a page was begun with, while its file is kept; otherwise the page goes on in the newest."""
        found = open_index(stamped(self._path, built_at))
        if found is None or found.stamp.built_at != built_at:
            return self._open[0]
        self._open = (self._open[0], found)
        return found


def index_path(settings: Settings) -> Path:
    """Tell where the worker writes the index and the web processes map it."""
    return settings.instance_path / FILE


def open_shelf() -> Shelf:
    """Give this process's open indexes."""
    shelf: Shelf | None = current_app.extensions.get("wall_index")
    if shelf is None:
        settings: Settings = current_app.extensions["settings"]
        fresh_for = timedelta(seconds=settings.ranking_fresh_seconds)
        seconds = 0.0 if current_app.testing else SECONDS  # tests look right after a change
        shelf = Shelf(index_path(settings), fresh_for=fresh_for, seconds=seconds)
        current_app.extensions["wall_index"] = shelf
    return shelf


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Build for one process at a time: two workers would write into one another's file. False: somebody does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@dataclass(frozen=True, slots=True)
class Token:
    """What a page says about its list when it reports what was on screen."""

    list_ref: str
    size: int


def write_token(list_ref: str, size: int, moment: datetime) -> str:
    """Sign a list's reference, its size and the second until which its cards count."""
    said = f"{list_ref}.{size}.{int((moment + TOKEN_LIVES).timestamp())}"
    return f"{said}.{_mac(said)}"


def read_token(text: str, moment: datetime) -> Token | None:
    """Read a token; None when it is not ours, was changed, or is over."""
    said, _, mac = text.rpartition(".")
    parts = said.split(".")
    if not text.isascii() or len(parts) != 3 or not is_same(_mac(said).encode(), mac.encode()):
        return None
    return Token(parts[0], int(parts[1])) if moment.timestamp() < int(parts[2]) else None


def _mac(said: str) -> str:
    return urlsafe_b64encode(digest(_NAME, said)[:_MAC]).decode().rstrip("=")
