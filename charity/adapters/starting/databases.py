"""A first look at the database with its driver alone: does it answer, which schema, how old is the newest entry."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from charity.adapters.settings import ROOT, BadSettings

_OLDEST_SERVER = 15
_TIMEOUT = 5
_SCHEMA = "SELECT version_num FROM alembic_version"
_NEWEST = "SELECT body FROM entries ORDER BY id DESC LIMIT 1"
_SEALED = "SELECT ref, email_sealed FROM accounts WHERE email_sealed IS NOT NULL ORDER BY id DESC LIMIT 1"
Ask = Callable[[str], Any]


class NotReady(Exception):
    """Something outside does not answer now; the text says what. Starting again later may help."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the database says before anything else is asked; all None when it is empty."""

    schema: str | None = None
    newest: datetime | None = None
    sealed: tuple[str, bytes] | None = None  # the newest account's ref and sealed address


def look(url: str) -> Found:
    """Connect once and look; BadSettings when the address cannot be right, NotReady when nobody answers there."""
    return _look_sqlite(url) if url.startswith("sqlite") else _look_postgresql(url)


def sqlite_path(url: str) -> Path:
    """Give the file of an SQLite address; a relative one lies in the instance folder."""
    path = url.partition("?")[0].removeprefix("sqlite://").removeprefix("/")
    if not url.startswith("sqlite:///") or path in {"", ":memory:"}:
        raise BadSettings("DATABASE_URL names no file: write sqlite:////folder/charity.db, with four slashes.")
    return ROOT / "instance" / path


def libpq_url(url: str) -> str:
    """Give a PostgreSQL address as its own programs read it."""
    return "postgresql://" + url.partition("://")[2]


@contextmanager
def asking(url: str) -> Iterator[Ask]:
    """Give a way to ask the database for one row at a time; NotReady when it does not answer as it should."""
    if url.startswith("sqlite"):
        try:
            with closing(sqlite3.connect(sqlite_path(url), timeout=_TIMEOUT)) as opened:
                yield lambda question: opened.execute(question).fetchone()
        except sqlite3.Error as error:
            raise NotReady(f"The database does not answer ({_said(error)}).") from None
        return
    import psycopg  # noqa: PLC0415 (not loaded where the database is SQLite)

    try:
        with closing(psycopg.connect(libpq_url(url), connect_timeout=_TIMEOUT, autocommit=True)) as connection:
            yield lambda question: connection.execute(question.encode()).fetchone()
    except psycopg.Error as error:
        raise NotReady(f"The database does not answer ({_said(error)}).") from None


def server_of(url: str) -> int:
    """Give the major version of the PostgreSQL behind an address."""
    import psycopg  # noqa: PLC0415 (not loaded where the database is SQLite)

    try:
        with psycopg.connect(url, connect_timeout=_TIMEOUT) as connection:
            return connection.info.server_version // 10_000
    except psycopg.Error as error:
        raise NotReady(f"The database does not let us in ({_said(error)}).") from None


def _look_sqlite(url: str) -> Found:
    path = sqlite_path(url)
    if not path.parent.is_dir():
        raise BadSettings(f"DATABASE_URL: the folder {path.parent} does not exist.")
    if not path.exists():
        return Found()
    try:
        with closing(sqlite3.connect(path, timeout=_TIMEOUT)) as connection:
            connection.execute("PRAGMA user_version").fetchone()
            return _read(lambda question: connection.execute(question).fetchone(), sqlite3.OperationalError)
    except sqlite3.DatabaseError as error:
        raise BadSettings(f"DATABASE_URL: {path} cannot be opened ({error}).") from None


def _look_postgresql(url: str) -> Found:
    import psycopg  # noqa: PLC0415 (not loaded where the database is SQLite)

    try:
        connection = psycopg.connect(libpq_url(url), connect_timeout=_TIMEOUT, autocommit=True)
    except psycopg.ProgrammingError:  # its text may repeat the address, and that holds a password
        raise BadSettings("DATABASE_URL is not an address PostgreSQL's programs can read.") from None
    except psycopg.OperationalError as error:
        raise NotReady(f"DATABASE_URL: the database does not let us in ({_said(error)}).") from None
    with closing(connection):
        if connection.info.server_version < _OLDEST_SERVER * 10_000:
            raise BadSettings(f"DATABASE_URL: PostgreSQL {_OLDEST_SERVER} or newer is wanted.")
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise BadSettings("DATABASE_URL: the database must be made with the encoding UTF8.")
        try:
            return _read(
                lambda question: connection.execute(question.encode()).fetchone(), psycopg.errors.UndefinedTable
            )
        except psycopg.errors.InsufficientPrivilege:
            raise BadSettings("DATABASE_URL: this role may not read the tables; see docs/operations.md.") from None
        except psycopg.Error as error:
            raise NotReady(f"DATABASE_URL: the database does not answer ({_said(error)}).") from None


def _read(ask: Ask, is_missing: type[Exception]) -> Found:
    try:
        schema = ask(_SCHEMA)
    except is_missing:
        return Found()
    try:
        newest, sealed = ask(_NEWEST), ask(_SEALED)
    except is_missing:  # a schema of long ago
        newest = sealed = None
    return Found(
        None if schema is None else str(schema[0]),
        None if newest is None else datetime.fromisoformat(json.loads(bytes(newest[0]))["at"]),
        None if sealed is None else (str(sealed[0]), bytes(sealed[1])),
    )


def _said(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].strip().removeprefix("connection failed: ")
