"""Copying the folder of photos: files there are whole, never change, and appear by being renamed."""

import os
import shutil
from contextlib import suppress
from pathlib import Path


def copy_photos(source: Path, target: Path, *, former: Path | None = None) -> int:
    """Copy every photo and count them; one the former backup holds is linked there in place of copied again."""
    count = 0
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        if not path.is_file() or path.name.startswith("."):
            continue
        name = path.relative_to(source)
        (target / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # forgotten since: then it must not be kept either
            _copy(path, target / name, None if former is None else former / name)
            count += 1
    return count


def _copy(path: Path, target: Path, former: Path | None) -> None:
    if former is not None and former.is_file() and former.stat().st_size == path.stat().st_size:
        os.link(former, target)
    else:
        shutil.copyfile(path, target)
        target.chmod(0o600)


def flush(folder: Path) -> None:
    """Bring everything below a folder to the disk."""
    for path in (folder, *folder.rglob("*")):
        if path.is_file() or path.is_dir():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
