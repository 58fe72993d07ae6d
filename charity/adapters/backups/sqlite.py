"""SQLite's online backup: one snapshot of everything committed when it begins, while others go on writing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from charity.adapters.backups.manifest import Spoiled

NAME = "charity.db"
_WAIT = 30.0


def copy_database(source: Path, folder: Path) -> None:
    """Copy the database with what still stands in its journal, in one step, and check the copy."""
    target = folder / NAME
    live = sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=_WAIT)
    with closing(live), closing(sqlite3.connect(target)) as copy:
        live.backup(copy)  # in one step: in many, each write of somebody else would begin it anew
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        check(copy)
    target.chmod(0o600)


def check(connection: sqlite3.Connection) -> None:
    """Let SQLite look for damage."""
    said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise Spoiled(f"The copy of the database is damaged: {said}.")
