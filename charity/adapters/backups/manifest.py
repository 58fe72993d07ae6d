"""What a backup says about itself: when it was begun, of what, and the digest of every file."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "manifest.json"


class Spoiled(Exception):
    """A backup that is not what its manifest says; the text is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A backup's description; moments are ISO in UTC."""

    database: str  # sqlite or postgresql
    began: str
    ended: str
    schema: str
    photos: int
    files: Mapping[str, str]  # path inside the backup -> SHA-256


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it last and whole: a folder without one is no backup."""
    draft = folder / f".{NAME}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / NAME)


def read_manifest(folder: Path) -> Manifest:
    """Read it and compare every file with it; Spoiled names the first that differs."""
    try:
        read = json.loads((folder / NAME).read_text("utf-8"))
        manifest = Manifest(**read)
    except (OSError, ValueError, TypeError):
        raise Spoiled(f"{folder} holds no finished backup.") from None
    for name, wanted in manifest.files.items():
        path = folder / name
        if not path.is_file() or digest_of(path) != wanted:
            raise Spoiled(f"{path} is missing or changed since the backup was made; take another backup.")
    return manifest


def digests_of(folder: Path) -> dict[str, str]:
    """Give the digest of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != f".{NAME}")
    return {str(path.relative_to(folder)): digest_of(path) for path in files}


def digest_of(path: Path) -> str:
    """Give a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
