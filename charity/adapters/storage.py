"""Where files of people's pictures lie: a folder by default, memory in tests, anything with these four verbs later."""

import errno
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

NAME = re.compile(r"[a-z0-9]{4,64}(-[a-z0-9]{1,16})?\.[a-z0-9]{1,5}")


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})


def is_no_room(error: OSError) -> bool:
    """Say whether a disk is full or takes nothing more, rather than something being wrong with the program."""
    return error.errno in _NO_ROOM


class BadName(ValueError):
    """A name that this store never gave out, so nothing lies under it."""


class Store(Protocol):
    """Keep bytes under a name."""

    def put(self, name: str, data: bytes) -> None:
        """Keep the bytes under the name, wholly or not at all."""
        ...

    def get(self, name: str) -> bytes:
        """Give the bytes; FileNotFoundError when there are none."""
        ...

    def delete(self, name: str) -> None:
        """Forget the bytes; nothing happens when there are none."""
        ...

    def exists(self, name: str) -> bool:
        """Say whether bytes lie under the name."""
        ...


class FolderStore:
    """Files in a folder, two levels deep so that no folder grows too long."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, data: bytes) -> None:
        """Write beside, flush to the disk, then rename: a reader or a crash never sees half a file."""
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        _flush_folder(path.parent)

    def get(self, name: str) -> bytes:
        """Read the file."""
        return self._path(name).read_bytes()

    def delete(self, name: str) -> None:
        """Remove the file."""
        self._path(name).unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        """Look for the file."""
        return self._path(name).is_file()

    def _path(self, name: str) -> Path:
        return self._folder / _checked(name)[:2] / name


class MemoryStore:
    """The null twin: keeps bytes as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    @property
    def kept(self) -> Mapping[str, bytes]:
        """Show what lies here."""
        return self._kept

    def put(self, name: str, data: bytes) -> None:
        """Keep the bytes."""
        self._kept[_checked(name)] = data

    def get(self, name: str) -> bytes:
        """Give the bytes."""
        if _checked(name) not in self._kept:
            raise FileNotFoundError(name)
        return self._kept[name]

    def delete(self, name: str) -> None:
        """Forget the bytes."""
        self._kept.pop(_checked(name), None)

    def exists(self, name: str) -> bool:
        """Look for the bytes."""
        return _checked(name) in self._kept


def open_store(url: str) -> Store:
    """Open the store of a PHOTO_URL: `file:///folder`, a plain path, or `null:`."""
    parts = urlsplit(url)
    if parts.scheme == "null":
        return MemoryStore()
    if parts.scheme in {"file", ""} and parts.path:
        return FolderStore(Path(unquote(parts.path)))
    raise ValueError("PHOTO_URL must be file:///folder or null:")


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise BadName(name)
    return name


def _flush_folder(folder: Path) -> None:
    # The new name itself is only safe on the disk once the folder is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
