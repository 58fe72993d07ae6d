"""The two databases of a test worker: made once from a migrated template, emptied between tests."""

import os
import shutil
import sqlite3
import subprocess
import sys
import warnings
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade
from sqlalchemy import Engine, MetaData

from charity.adapters.db import db
from charity.adapters.migrating import let_migrate
from tests.kit import home, postgres, settings

SQLITE = "sqlite"
POSTGRES = "postgres"
BACKENDS = (SQLITE, POSTGRES)
_TEMPLATE = "template_charity"
# Rows a migration wrote are kept aside; triggers that guard the book are silent for the superuser's replica role.
_KEEP_SEED = """DO $$ DECLARE t text; n bigint; BEGIN
  CREATE SCHEMA seed;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT count(*) FROM public.%I', t) INTO n;
    IF n > 0 THEN EXECUTE format('CREATE TABLE seed.%I AS TABLE public.%I', t, t); END IF;
  END LOOP; END $$"""
# One function per database, whose plans its connection keeps: asking 76 tables whether they hold a row costs next to
# nothing, and making 76 statements anew for every test cost more than most tests.
_MAKE_EMPTYING = """DO $$ DECLARE t text; body text := 'SET LOCAL session_replication_role = replica;'; BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    body := body || format('IF EXISTS (SELECT FROM public.%I) THEN DELETE FROM public.%I; END IF;', t, t);
  END LOOP;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'seed' LOOP
    body := body || format('INSERT INTO public.%I SELECT * FROM seed.%I;', t, t);
  END LOOP;
  EXECUTE format('CREATE FUNCTION seed.empty() RETURNS void LANGUAGE plpgsql AS %L', 'BEGIN ' || body || ' END');
  END $$"""
_EMPTY = "SELECT seed.empty()"
_CLEAR_AWAY_EVERY = 100  # nothing else clears deleted rows away while tests run


@dataclass(frozen=True, slots=True)
class Database:
    """One worker's database: where it is and how it gets empty."""

    backend: str
    url: str
    template: Path | None = None

    def empty(self) -> None:
        """Put every table back to what migrations leave."""
        if self.template is not None:
            _copy_into(self.template, Path(self.url.removeprefix("sqlite:///")))
            return
        _emptying(self.url).run()


class _Emptying:
    """The connection that empties a database of PostgreSQL before each test."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection = psycopg.connect(url, autocommit=True)
        self._times = 0

    def run(self) -> None:
        """Empty it; a server that was started anew is connected to again."""
        self._times += 1
        try:
            self._connection.execute(_EMPTY)
        except psycopg.OperationalError:
            self._connection = psycopg.connect(self._url, autocommit=True)
            self._connection.execute(_EMPTY)
        if self._times % _CLEAR_AWAY_EVERY == 0:
            self._connection.execute("VACUUM")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


_emptyings: dict[str, _Emptying] = {}


def _emptying(url: str) -> _Emptying:
    if url not in _emptyings:
        _emptyings[url] = _Emptying(url)
    return _emptyings[url]


_guarded: set[str] = set()


def _refuse_to_open(event: str, given: tuple[Any, ...]) -> None:
    """Keep this process from reading an SQLite database's file by itself, whoever tries.

    Closing a file lets go of all locks a process has on it (fcntl(2)); a web server that ends its only connection then
    takes the log of changes away beneath us, and every later test fails with "disk I/O error".
    """
    if event == "open" and str(given[0]) in _guarded:
        raise AssertionError("let another process read the database's file: bytes_of()")


sys.addaudithook(_refuse_to_open)


def bytes_of(url: str) -> bytes:
    """Give what stands in an SQLite database's files, with all that was committed.

    The log is read, too: while somebody still reads an older state, nothing moves it into the database's file.
    """
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        files = [path, *(log for log in [path + "-wal"] if Path(log).exists())]
        return subprocess.run(["cat", *files], capture_output=True, check=True).stdout


def close_all() -> None:
    """End what connections are kept."""
    while _emptyings:
        _emptyings.popitem()[1].close()


def make(backend: str, worker: str) -> Database:
    """Make this worker's database; the first worker of a run makes the template."""
    return _make_sqlite(worker) if backend == SQLITE else _make_postgres(worker)


def _make_sqlite(worker: str) -> Database:
    template = home.here() / "template.db"
    with home.alone("sqlite"):
        if not template.exists():
            draft = template.with_suffix(".draft")
            _migrate(f"sqlite:///{draft}")
            with sqlite3.connect(draft) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            draft.rename(template)
    own = home.here() / f"{worker}.db"
    shutil.copyfile(template, own)
    _guarded.add(str(own))
    return Database(SQLITE, f"sqlite:///{own}", template)


def _copy_into(template: Path, own: Path) -> None:
    source, target = sqlite3.connect(template), sqlite3.connect(own, timeout=10)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def _make_postgres(worker: str) -> Database:
    folder, name = home.here(), f"charity_{worker}"
    with home.alone("postgres"):
        postgres.ensure(folder)
        if not (folder / "template.ready").exists():
            postgres.execute(folder, f"CREATE DATABASE {_TEMPLATE}")
            _migrate(postgres.url(folder, _TEMPLATE))
            postgres.execute(folder, _KEEP_SEED, _MAKE_EMPTYING, database=_TEMPLATE)
            (folder / "template.ready").touch()
        postgres.execute(folder, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    return Database(POSTGRES, postgres.url(folder, name))


def _migrate(url: str) -> None:
    from charity.factory import create_app  # only wired tests need the whole application

    app = create_app(settings.make(url, redis_url=None))
    let_migrate(app)
    with app.app_context():
        upgrade()
        if lagging(db.engine) and not os.environ.get("CI"):
            _remake(db.engine)
        db.engine.dispose()


def lagging(engine: Engine) -> list[Any]:
    """List what the tables in charity/models have and the migrated schema has not, or the reverse."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False, "compare_server_default": False})
        return list(compare_metadata(context, db.metadata))


def _remake(engine: Engine) -> None:
    """At a desk, between a changed table and its migration, tests run on the tables; CI refuses the difference."""
    warnings.warn("the migrations lag behind the tables: run script/migration", stacklevel=2)
    there = MetaData()
    there.reflect(engine)
    with engine.execution_options(writes=True).begin() as connection:
        there.drop_all(connection)
        db.metadata.create_all(connection)
