"""Keeping all rows of a test's database aside, putting them back, and saying in one line what they are."""

import hashlib
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from charity.adapters.db import end_reading
from tests.kit.databases import SQLITE, Database

_KEEP = """DO $$ DECLARE t text; BEGIN
  DROP SCHEMA IF EXISTS <kept> CASCADE;
  CREATE SCHEMA <kept>;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE <kept>.%I AS TABLE public.%I', t, t);
  END LOOP; END $$"""
# A test in between may have set a sequence back: each goes on after the rows that stand again.
_PUT_BACK = """DO $$ DECLARE t text; c text; s text; top bigint; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = '<kept>' AND <which> LOOP
    EXECUTE format('DELETE FROM public.%I', t);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM <kept>.%I', t, t);
  END LOOP;
  FOR t, c, s IN SELECT tablename, attname, sequence.oid::regclass FROM pg_class sequence
      JOIN pg_depend ON objid = sequence.oid AND deptype IN ('a', 'i') AND refobjsubid > 0
      JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
      JOIN pg_tables ON schemaname = 'public' AND refobjid = format('public.%I', tablename)::regclass
      WHERE sequence.relkind = 'S' AND <which> LOOP
    EXECUTE format('SELECT coalesce(max(%I), 0) + 1 FROM public.%I', c, t) INTO top;
    PERFORM setval(s::regclass, top, false);
  END LOOP; END $$"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# A trigger guards rows, or writes others: where one stands, all tables go back.
_GUARDED = "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
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
        with psycopg.connect(self.database.url) as connection:
            guarded = {name for (name,) in connection.execute(_GUARDED)}
            is_all = only is None or bool(guarded & set(only))
            names = "true" if is_all else f"tablename = ANY ('{{{','.join(only or ())}}}')"
            connection.execute(_named(_PUT_BACK, self.name).replace("<which>", names))

    def forget(self) -> None:
        """Throw the rows away."""
        if self.kept is not None:
            self.kept.unlink(missing_ok=True)
            return
        with psycopg.connect(self.database.url) as connection:
            connection.execute(_named("DROP SCHEMA IF EXISTS <kept> CASCADE", self.name))


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
