"""Keeping all rows of a test's database aside, putting them back, and saying in one line what they are."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from charity.adapters.db import end_reading
from tests.kit.databases import SQLITE, Database
from tests.safety.writing import tables_in

_KEEP = """DO $$ DECLARE t text; BEGIN
  DROP SCHEMA IF EXISTS <kept> CASCADE;
  CREATE SCHEMA <kept>;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE <kept>.%I AS TABLE public.%I', t, t);
  END LOOP; END $$"""
# One function for each snapshot, whose plans a kept connection keeps; the triggers that guard the book are silent for
# it. A test in between may have set a sequence back: each goes on after the rows that stand again.
_MAKE_PUTTING_BACK = """DO $$ DECLARE t text; c text; s text;
  body text := 'SET LOCAL session_replication_role = replica;';
  chosen text := 'IF only_these IS NULL OR %L = ANY (only_these) THEN ';
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = '<kept>' LOOP
    body := body || format(chosen || 'IF EXISTS (SELECT FROM public.%I) THEN DELETE FROM public.%I; END IF;'
      || ' INSERT INTO public.%I SELECT * FROM <kept>.%I; END IF;', t, t, t, t, t);
  END LOOP;
  FOR t, c, s IN SELECT tablename, attname, sequence.oid::regclass FROM pg_class sequence
      JOIN pg_depend ON objid = sequence.oid AND deptype IN ('a', 'i') AND refobjsubid > 0
      JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
      JOIN pg_tables ON schemaname = 'public' AND refobjid = format('public.%I', tablename)::regclass
      WHERE sequence.relkind = 'S' LOOP
    body := body || format(chosen || 'PERFORM setval(%L::regclass, (SELECT coalesce(max(%I), 0) + 1 FROM public.%I),'
      || ' false); END IF;', t, s, c, t);
  END LOOP;
  EXECUTE format('CREATE FUNCTION <kept>.put_back(only_these text[]) RETURNS void LANGUAGE plpgsql AS %L',
    'BEGIN ' || body || ' END'); END $$"""
_PUT_BACK = "SELECT <kept>.put_back(%s)"
_CLEAR_AWAY_EVERY = 50  # nothing else clears away the rows that were there before
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# A trigger writes to other tables than the statement names: those go back with them.
_WRITTEN_TO = """SELECT relname, prosrc FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
  JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal"""
# Here a trigger guards rows, too: where one stands, all tables go back.
_SQLITE_GUARDED = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
_SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of one moment."""

    database: Database
    name: str
    kept: Path | None = None

    def restore(self, *, only: Collection[str] | None = None) -> None:
        """Put every table back, or only those that are known to have changed."""
        end_reading()
        if self.kept is not None:
            if only is None or not _put_back(self.kept, path_of(self.database), only):
                _copy(self.kept, path_of(self.database))
            return
        _putting_back(self.database.url).run(self.name, only)

    def forget(self) -> None:
        """Throw the rows away."""
        if self.kept is not None:
            self.kept.unlink(missing_ok=True)
            return
        with psycopg.connect(self.database.url) as connection:
            connection.execute(_named("DROP SCHEMA IF EXISTS <kept> CASCADE", self.name))


class _PuttingBack:
    """The connection that puts rows of PostgreSQL back, and clears away what stood there, hundreds of times."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._follow: dict[str, set[str]] = {}
        for table, source in self._connection.execute(_WRITTEN_TO):
            self._follow.setdefault(table, set()).update(tables_in(source))
        self._since: Counter[str] = Counter()

    def run(self, name: str, only: Collection[str] | None) -> None:
        """Put tables back."""
        if only is not None:
            only = sorted({*only, *(other for table in only for other in self._follow.get(table, ()))})
        self._connection.execute(_named(_PUT_BACK, name), [only])
        self._since.update(only or ())
        full = [table for table, times in self._since.items() if times >= _CLEAR_AWAY_EVERY]
        if full:
            self._connection.execute(f"VACUUM {', '.join(full)}")  # type: ignore[arg-type]
            for table in full:
                del self._since[table]

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def is_over(self) -> bool:
        """Say whether the server ended it."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return True
        return False


_kept: dict[str, _PuttingBack] = {}


def _putting_back(url: str) -> _PuttingBack:
    if url not in _kept or _kept[url].is_over():
        _kept[url] = _PuttingBack(url)
    return _kept[url]


def close_all() -> None:
    """End what connections are kept."""
    while _kept:
        _kept.popitem()[1].close()


def _named(statement: str, name: str) -> Any:
    return statement.replace("<kept>", f"kept_{name}")


def take(database: Database, *, name: str = "world") -> Snapshot:
    """Keep all rows as they are now."""
    end_reading()
    if database.backend == SQLITE:
        kept = path_of(database).with_suffix(f".{name}")
        kept.unlink(missing_ok=True)
        _copy(path_of(database), kept)
        return Snapshot(database, name, kept)
    with psycopg.connect(database.url) as connection:
        connection.execute(_named(_KEEP, name))
        connection.execute(_named(_MAKE_PUTTING_BACK, name))
    return Snapshot(database, name)


def path_of(database: Database) -> Path:
    """Give the file of an SQLite database."""
    return Path(database.url.removeprefix("sqlite:///"))


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target, timeout=10)) as there:
        here.backup(there)


def _put_back(source: Path, target: Path, tables: Collection[str]) -> bool:
    """Put some tables back, which is less than copying all; False where a guard forbids it."""
    with closing(sqlite3.connect(target, timeout=10, isolation_level=None)) as connection:
        if {name for (name,) in connection.execute(_SQLITE_GUARDED)} & set(tables):
            return False
        connection.execute("ATTACH ? AS kept", (str(source),))
        connection.execute("BEGIN IMMEDIATE")
        for table in tables:
            connection.execute(f"DELETE FROM main.{table}")
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM kept.{table}")
        connection.execute("COMMIT")
    return True


def digests(database: Database, *, but: Collection[str] = ()) -> dict[str, str]:
    """Digest each table's rows, but those that may change."""
    end_reading()
    if database.backend == SQLITE:
        return _of_sqlite(path_of(database), but)
    with psycopg.connect(database.url) as connection:
        tables = [name for (name,) in connection.execute(_TABLES) if name not in but]
        each = [
            f"SELECT '{t}', md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM public.{t} r"
            for t in tables
        ]
        return dict(connection.execute(" UNION ALL ".join(each)).fetchall())  # type: ignore[arg-type]


def _of_sqlite(path: Path, but: Collection[str]) -> dict[str, str]:
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        tables = [name for (name,) in connection.execute(_SQLITE_TABLES) if name not in but]
        return {
            table: hashlib.md5(repr(connection.execute(f"SELECT * FROM {table}").fetchall()).encode()).hexdigest()
            for table in tables
        }
