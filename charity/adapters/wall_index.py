"""The file of the wall's index: built by the worker, mapped read-only by every web process.

A new file is written beside the old one, flushed to the disk and renamed over it, so that a reader sees the old or the
new one, never a half. Only the worker opens it for writing again, to mark single wishes as gone (one byte each).
Import this module only where the index is used: it loads numpy.
"""

import hashlib
import json
import mmap
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from charity.adapters.clock import now
from charity.domain.matching import AGES, FORMS, KINDS, WEIGHTS
from charity.matching.index import Index
from charity.matching.layout import Columns

MAGIC = b"N1WALL\x00\x03"
_ALIGN = 64
KEPT = 4  # indexes, the newest included


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What an index was built from: the second, the last leaf of the book, and the version of the weights."""

    built_at: int
    leaf: int
    rows: int
    weights: str = WEIGHTS.version
    vocabulary: str = ""

    def age(self, moment: datetime) -> timedelta:
        """Tell how old the index is."""
        return timedelta(seconds=moment.timestamp() - self.built_at)


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """An index and its stamp."""

    index: Index
    stamp: Stamp


def vocabulary() -> str:
    """Give a digest of the names behind the numbers; another one makes an index unreadable."""
    return hashlib.sha256("\n".join([*KINDS, "", *FORMS, "", *AGES]).encode()).hexdigest()[:16]


def write_index(
    path: Path, columns: Columns, *, leaf: int, at: datetime | None = None, kinds: tuple[str, ...] = KINDS
) -> Stamp:
    """Write an index in one step that a crash cannot halve; `kinds` name the numbers of kinds in it."""
    moment = at or now()
    stamp = Stamp(built_at=int(moment.timestamp()), leaf=leaf, rows=len(columns.id), vocabulary=vocabulary())
    arrays = {name: np.ascontiguousarray(getattr(columns, name)) for name in Columns.names()}
    places, offset = dict[str, tuple[str, int, int]](), 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, len(array), offset)
        offset += -(-array.nbytes // _ALIGN) * _ALIGN
    header = json.dumps({"stamp": asdict(stamp), "kinds": kinds, "columns": places}, sort_keys=True).encode()
    header += b" " * (-(len(MAGIC) + 8 + len(header)) % _ALIGN)
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(8, "little") + header)
        for array in arrays.values():
            file.write(array.tobytes())
            file.write(bytes(-array.nbytes % _ALIGN))
        file.flush()
        os.fsync(file.fileno())
    _name_by_stamp(fresh, path, stamp.built_at)
    fresh.replace(path)
    _flush_folder(path.parent)
    return stamp


def stamped(path: Path, built_at: int) -> Path:
    """Tell under which name an index is still found after the next has taken its place."""
    return path.with_name(f"{path.name}.{built_at}")


def stamped_files(path: Path) -> list[Path]:
    """List the indexes that are kept by their stamps, the oldest first."""
    found = [each for each in path.parent.glob(f"{path.name}.*") if each.suffix.removeprefix(".").isdecimal()]
    return sorted(found, key=lambda each: int(each.suffix.removeprefix(".")))


def _name_by_stamp(fresh: Path, path: Path, built_at: int) -> None:
    """Keep the last few under their stamps: whoever turns pages in another process goes on in his own index."""
    name = stamped(path, built_at)
    name.unlink(missing_ok=True)
    with suppress(OSError):  # a file system without links: only such a reader's order is lost
        name.hardlink_to(fresh)
    for old in stamped_files(path)[:-KEPT]:
        old.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def open_index(path: Path) -> OpenIndex | None:
    """Map an index; None when there is none, or when it was made by another version of the program."""
    found = _map(path, mmap.ACCESS_READ)
    if found is None:
        return None
    stamp, kinds, columns = found
    return OpenIndex(Index(columns, kinds=kinds), stamp)


def mark_gone(path: Path, wishes: Iterable[int], *, gone: bool = True) -> int:
    """Mark wishes that are full or withdrawn (or here again) in the index as it stands; gives how many it holds."""
    found = _map(path, mmap.ACCESS_WRITE)
    if found is None:
        return 0
    columns, wanted = found[2], np.fromiter(wishes, np.int64)
    at = np.minimum(np.searchsorted(columns.id, wanted, sorter=columns.by_id), max(0, len(columns.id) - 1))
    rows = columns.by_id[at] if len(columns.id) else columns.by_id
    rows = rows[columns.id[rows] == wanted] if len(columns.id) else rows
    columns.gone[rows] = int(gone)
    return len(rows)


def _map(path: Path, access: int) -> tuple[Stamp, tuple[str, ...], Columns] | None:
    try:
        with path.open("r+b" if access == mmap.ACCESS_WRITE else "rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=access)
    except (FileNotFoundError, ValueError):
        return None
    size = int.from_bytes(mapped[len(MAGIC) : len(MAGIC) + 8], "little")
    start = len(MAGIC) + 8 + size
    if mapped[: len(MAGIC)] != MAGIC or start > len(mapped):
        return None
    header = json.loads(mapped[len(MAGIC) + 8 : start])
    stamp = Stamp(**header["stamp"])
    if stamp.weights != WEIGHTS.version or stamp.vocabulary != vocabulary():
        return None
    places: dict[str, tuple[str, int, int]] = header["columns"]
    if tuple(sorted(places)) != tuple(sorted(Columns.names())):
        return None
    arrays = {
        name: np.frombuffer(mapped, kind, count, start + offset) for name, (kind, count, offset) in places.items()
    }
    return stamp, tuple(header["kinds"]), Columns(**arrays)


class WallIndex:
    """The newest index of a path; asks before each answer whether another file has taken its place."""

    def __init__(self, path: Path, *, fresh_for: timedelta) -> None:
        """Remember where the index is and how long it may be used."""
        self._path = path
        self._fresh_for = fresh_for
        self._seen: tuple[int, int] | None = None
        self._open: OpenIndex | None = None

    def current(self, moment: datetime) -> OpenIndex | None:
        """Give the index when it is there and fresh; otherwise the wall falls back and says so."""
        try:
            state = self._path.stat()
        except FileNotFoundError:
            self._seen, self._open = None, None
            return None
        # a mapped file keeps its number, so another number is another file; its time changes with every mark
        if (seen := (state.st_dev, state.st_ino)) != self._seen:
            self._open, self._seen = open_index(self._path), seen
        if self._open is None or self._open.stamp.age(moment) > self._fresh_for:
            return None
        return self._open
