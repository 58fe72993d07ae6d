"""`script/restore BACKUP`: an installation out of a backup, in empty places only."""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from charity.adapters.backups import files, postgresql, sqlite
from charity.adapters.backups.manifest import Manifest, Spoiled, read_manifest
from charity.adapters.settings import BadSettings, Settings, read_settings
from charity.adapters.starting.databases import sqlite_path
from charity.cli.keep.backup import photos_of

NEXT_SQLITE = "Restored. Now: .venv/bin/flask --app app ledger verify, then start the site and run `boards rebuild`."
NEXT_POSTGRESQL = (
    "Restored into {data}. Now: start PostgreSQL there, then .venv/bin/flask --app app ledger verify,"
    " start the site and run `boards rebuild`."
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Restore one backup; whatever is there already is left alone."""
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    try:
        manifest = read_manifest(options.backup)
        settings = read_settings()  # the keys come first: without them nobody could read what comes back
        print(_restore(options, manifest, settings))
    except (BadSettings, Spoiled) as reason:
        sys.exit(str(reason))
    except OSError as error:
        sys.exit(f"The backup could not be restored: {error.strerror} ({error.filename}).")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/restore", description="Restore database and photos into empty places."
    )
    parser.add_argument("backup", type=Path, help="a folder that script/backup printed")
    parser.add_argument("--pgdata", type=Path, help="PostgreSQL: the empty data folder of the server to be")
    parser.add_argument("--wal", type=Path, help="PostgreSQL: the archive of its log, to go on after the backup")
    parser.add_argument("--until", help="PostgreSQL: not further than this moment, for example 2026-05-04T09:30:00Z")
    return parser


def _restore(options: argparse.Namespace, manifest: Manifest, settings: Settings) -> str:
    backup: Path = options.backup
    target = photos_of(settings)
    if not _is_empty(target):
        raise Spoiled(f"{target} is not empty; photos are restored into an empty folder only.")
    if manifest.database == "sqlite":
        if not settings.is_sqlite:
            raise Spoiled("This backup is of an SQLite database, and DATABASE_URL names another.")
        done = _restore_sqlite(backup, sqlite_path(settings.database_url))
    else:
        if options.pgdata is None:
            raise Spoiled("This backup is of PostgreSQL: name the server's empty data folder with --pgdata.")
        done = _restore_postgresql(backup, options)
    files.copy_photos(backup / "photos", target)
    if target.exists():
        files.flush(target)
    return done


def _restore_sqlite(backup: Path, target: Path) -> str:
    beside = [target, target.with_name(f"{target.name}-wal"), target.with_name(f"{target.name}-shm")]
    if any(path.exists() for path in beside):
        raise Spoiled(f"{target} exists; move it and its -wal away, or restore elsewhere with INSTANCE_PATH.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.restoring")
    shutil.copyfile(backup / sqlite.NAME, draft)
    draft.chmod(0o600)
    draft.rename(target)
    files.flush(target.parent)
    return NEXT_SQLITE


def _restore_postgresql(backup: Path, options: argparse.Namespace) -> str:
    data: Path = options.pgdata.resolve()
    if not _is_empty(data):
        raise Spoiled(f"{data} is not empty; a server is restored into an empty folder only.")
    shutil.copytree(backup / postgresql.FOLDER, data, symlinks=True, dirs_exist_ok=True)
    data.chmod(0o700)
    archive = None if options.wal is None else options.wal.resolve()
    postgresql.prepare_recovery(data, archive=archive, until=options.until)
    files.flush(data)
    above = data.parent.stat()
    postgresql.hand_over(data, above.st_uid, above.st_gid)
    return NEXT_POSTGRESQL.format(data=data)


def _is_empty(folder: Path) -> bool:
    return not folder.exists() or not any(folder.iterdir())


if __name__ == "__main__":
    main()
