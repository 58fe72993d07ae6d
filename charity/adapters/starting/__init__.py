"""What a start needs from outside: looked at before anything runs, refused with one sentence that says what to do.

Nothing of SQLAlchemy or Flask is loaded here, so that a start which is fine loses next to no time.
"""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from charity.adapters import clock
from charity.adapters.mail import open_mailer
from charity.adapters.settings import ROOT, BadSettings, Environment, Settings
from charity.adapters.sms import open_sms
from charity.adapters.starting.databases import Found, NotReady, look
from charity.adapters.starting.keys import does_open
from charity.adapters.starting.redis import check_redis
from charity.adapters.storage import open_store

__all__ = ["REFUSED", "NotReady", "check_place", "check_start", "known_schemas"]

REFUSED = 78  # EX_CONFIG of sysexits.h: starting again does not help, so systemd does not try
_WRITTEN = datetime(2025, 1, 1, tzinfo=UTC)  # no clock that is right shows an earlier day
_BEHIND = timedelta(hours=2)  # a clock put back an hour is a nuisance, and the book is ordered by number anyway
_MIGRATIONS = ROOT / "migrations" / "versions"


def check_start(settings: Settings, environ: Mapping[str, str], *, migrates: bool = False, first: bool = False) -> None:
    """Look at everything outside this process: BadSettings or NotReady says in a sentence why it cannot start.

    A start that migrates accepts an old schema, and at the very first one Redis has to answer, too.
    """
    _check_addresses(settings)
    check_place(settings.instance_path, "INSTANCE_PATH")
    if settings.photo_url.startswith("file:"):
        check_place(Path(unquote(urlsplit(settings.photo_url).path)), "PHOTO_URL")
    _check_clock(None)
    found = look(settings.database_url)
    # a site that has run starts without Redis as it runs without; only whoever sets one up is told
    check_redis(environ.get("REDIS_URL"), must_answer=migrates and found.schema is None)
    _check_schema(found, settings, migrates=migrates)
    if settings.env is not Environment.TEST:  # tests hold their clock at other times
        _check_clock(found.newest)
    if not does_open(found.sealed, settings.data_key):
        raise BadSettings("DATA_KEY is not the key this database was sealed with; put the right one back.")


def check_place(folder: Path, name: str) -> None:
    """Say whether files can be written there; the folder is made when only it is missing."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise BadSettings(f"{name}: nothing can be written in {folder} ({error.strerror}).") from None


def _check_addresses(settings: Settings) -> None:
    for name, opened, url in (
        ("MAIL_URL", open_mailer, settings.mail_url),
        ("SMS_URL", open_sms, settings.sms_url),
        ("PHOTO_URL", open_store, settings.photo_url),
    ):
        try:
            opened(url)
        except ValueError as error:
            said = str(error) if str(error).startswith(name) else f"{name} cannot be used: {error}"
            raise BadSettings(f"{said}.") from None
    if not settings.public_url.startswith(("http://", "https://")):
        raise BadSettings("PUBLIC_URL must begin with http:// or https://.")


def _check_clock(newest: datetime | None) -> None:
    now = clock.now()
    if now < _WRITTEN:
        raise BadSettings(f"The clock of this machine says {now:%Y-%m-%d}, which is long past; set it.")
    if newest is not None and now + _BEHIND < newest:
        raise BadSettings(
            f"The clock of this machine says {now:%Y-%m-%d %H:%M} UTC, but the book was last written"
            f" at {newest:%Y-%m-%d %H:%M} UTC; set the clock."
        )


def known_schemas() -> list[str]:
    """List the schemas this program knows, the newest last."""
    return sorted(path.name[:4] for path in _MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))


def _check_schema(found: Found, settings: Settings, *, migrates: bool) -> None:
    known = known_schemas()
    if found.schema is not None and found.schema not in known:
        raise BadSettings(
            f"The database is at schema {found.schema}, newer than this program's {known[-1]}:"
            " install the newer program, or go back with it by `flask --app app db downgrade`."
        )
    if migrates or found.schema == known[-1] or (found.schema is None and settings.env is Environment.TEST):
        return
    state = f"at schema {found.schema}" if found.schema else "empty"
    raise BadSettings(f"The database is {state}, and {known[-1]} is wanted: run `flask --app app db upgrade` first.")
