"""`script/backup FOLDER`: database and photos as they stand now, while the site goes on."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from urllib.parse import unquote, urlsplit

from charity.adapters.backups import files, postgresql, sqlite
from charity.adapters.backups.manifest import NAME, Manifest, Spoiled, digests_of, write_manifest
from charity.adapters.clock import now
from charity.adapters.settings import BadSettings, Settings, read_settings
from charity.adapters.starting.databases import NotReady, libpq_url, look, server_of, sqlite_path

KEYS = "Keys are not in it: keep SECRET_KEY, DATA_KEY, LOG_KEY and LOG_ORIGIN ({where}) somewhere else."


def main(arguments: Sequence[str] | None = None) -> None:
    """Make one more backup below a folder and print where it lies."""
    parser = argparse.ArgumentParser(prog="script/backup", description="Back up database and photos, without the keys.")
    parser.add_argument("folder", type=Path, help="each backup gets a folder of its own in it")
    options = parser.parse_args(arguments)
    os.umask(0o077)
    try:
        settings = read_settings()
        made = make(settings, options.folder.resolve())
    except (BadSettings, NotReady, Spoiled) as reason:
        sys.exit(str(reason))
    except OSError as error:
        sys.exit(f"The backup could not be written: {error.strerror} ({error.filename}).")
    print(made)
    print(KEYS.format(where=f"the environment, or {settings.instance_path}"), file=sys.stderr)


def make(settings: Settings, above: Path) -> Path:
    """Copy first the database, then the photos it may name; the manifest, written last, makes it a backup."""
    began = now()
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = above / began.strftime("%Y%m%dT%H%M%S.%fZ")
    draft = above / f".{folder.name}"
    draft.mkdir(mode=0o700)
    try:
        schema = _copy_database(settings, draft)
        photos = files.copy_photos(photos_of(settings), draft / "photos", former=_former(above))
        manifest = Manifest(
            database="sqlite" if settings.is_sqlite else "postgresql",
            began=_written(began),
            ended=_written(now()),
            schema=schema,
            photos=photos,
            files=digests_of(draft),
        )
        write_manifest(draft, manifest)
        files.flush(draft)
        draft.rename(folder)
    except BaseException:
        rmtree(draft, ignore_errors=True)
        raise
    return folder


def photos_of(settings: Settings) -> Path:
    """Give the folder of photos."""
    return Path(unquote(urlsplit(settings.photo_url).path))


def _copy_database(settings: Settings, folder: Path) -> str:
    found = look(settings.database_url)
    if found.schema is None:
        raise Spoiled("There is nothing to back up: the database is empty.")
    if settings.is_sqlite:
        sqlite.copy_database(sqlite_path(settings.database_url), folder)
    else:
        url = os.environ.get("BACKUP_DATABASE_URL") or libpq_url(settings.database_url)
        postgresql.copy_cluster(url, folder, server=server_of(url))
    return found.schema


def _former(above: Path) -> Path | None:
    finished = sorted(path.parent for path in above.glob(f"[0-9]*/{NAME}"))
    return finished[-1] / "photos" if finished else None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


if __name__ == "__main__":
    main()
