"""The two databases' ways to write many rows with one statement each, from a series of numbers."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any, Protocol

import psycopg
from sqlalchemy import Column, Engine, Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from charity.domain.merkle import leaf_hash, node_hash

# Multiplied with an odd number, references are as far apart as drawn ones, so that their indexes grow as those do.
ODD, SPACE = 2_862_933_555, 2**40


class Tongue(Protocol):
    """How one database says what both are asked."""

    connection: Any

    def series(self, count: int) -> str:
        """Give the numbers from 0 to below a count, as rows with a column n."""
        ...

    def ref(self, letter: str, number: str) -> str:
        """Make a public reference of a number."""
        ...

    def moment(self, seconds: str) -> str:
        """Make a stored moment of seconds since 1970."""
        ...

    def said(self, seconds: str, form: str) -> str:
        """Write a moment of UTC: as `moment` of the book, or the `month` or `year` of Asia/Shanghai."""
        ...

    def data(self, text: str) -> str:
        """Turn a text into bytes."""
        ...

    def leaf(self, data: str) -> str:
        """Hash a leaf of the book."""
        ...

    def node(self, left: str, right: str) -> str:
        """Hash two subtrees of the book."""
        ...

    def run(self, statement: str) -> None:
        """Run one statement, which is kept at once."""
        ...

    def find(self, question: str) -> list[tuple[Any, ...]]:
        """Give the rows of a question."""
        ...

    def loading(self, tables: list[str]) -> Any:
        """Let rows of these tables be written without indexes and triggers, and put both back afterwards."""
        ...


class OfSqlite:
    """SQLite: a recursive series, and the book's own hashes as functions."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-1500000", "foreign_keys=OFF"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.create_function("leaf_hash", 1, leaf_hash, deterministic=True)
        self.connection.create_function("node_hash", 2, node_hash, deterministic=True)

    def series(self, count: int) -> str:
        """Count by a recursive question."""
        more = f"SELECT n + 1 FROM numbers WHERE n + 1 < {count}"
        return f"(WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL {more}) SELECT n FROM numbers) AS series"

    def ref(self, letter: str, number: str) -> str:
        """Print it in hexadecimal."""
        return f"printf('{letter}%012x', (({number}) * {ODD} + 7) % {SPACE})"

    def moment(self, seconds: str) -> str:
        """Write it as the product stores it."""
        return f"strftime('%Y-%m-%d %H:%M:%S', {seconds}, 'unixepoch') || '.000000'"

    def said(self, seconds: str, form: str) -> str:
        """Write it out."""
        form, ahead = {"moment": ("%Y-%m-%dT%H:%M:%SZ", 0), "month": ("%Y-%m", 28_800), "year": ("%Y", 28_800)}[form]
        return f"strftime('{form}', {seconds} + {ahead}, 'unixepoch')"

    def data(self, text: str) -> str:
        """Cast it."""
        return f"CAST({text} AS BLOB)"

    def leaf(self, data: str) -> str:
        """Hash by the book's own function."""
        return f"leaf_hash({data})"

    def node(self, left: str, right: str) -> str:
        """Hash by the book's own function."""
        return f"node_hash({left}, {right})"

    def run(self, statement: str) -> None:
        """Run it; without BEGIN it is a transaction of its own."""
        self.connection.execute(statement)

    def find(self, question: str) -> list[tuple[Any, ...]]:
        """Ask."""
        return self.connection.execute(question).fetchall()

    @contextmanager
    def loading(self, tables: list[str]) -> Iterator[None]:
        """Drop what slows writing down, and make it again by its own words."""
        among = ", ".join(f"'{table}'" for table in tables)
        kinds = "(type = 'index' OR type = 'trigger' AND sql LIKE '%AFTER INSERT%')"
        dropped = self.find(
            f"SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ({among}) AND {kinds}"
        )
        for kind, name, _sql in dropped:
            self.run(f'DROP {kind} "{name}"')
        yield
        for _kind, _name, sql in dropped:
            self.run(sql)


class OfPostgresql:
    """PostgreSQL: its own series and hashes; the replica's role keeps triggers and foreign keys silent meanwhile."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        for setting in (
            "session_replication_role = replica",
            "statement_timeout = 0",
            "lock_timeout = 0",
            "timezone = 'UTC'",
            "work_mem = '256MB'",
            "maintenance_work_mem = '512MB'",
        ):
            self.run(f"SET {setting}")

    def series(self, count: int) -> str:
        """Count by generate_series, row by row."""
        return f"(SELECT generate_series(0::bigint, {count - 1}) AS n) AS series"

    def ref(self, letter: str, number: str) -> str:
        """Print it in hexadecimal."""
        return f"'{letter}' || lpad(to_hex((({number})::bigint * {ODD} + 7) % {SPACE}), 12, '0')"

    def moment(self, seconds: str) -> str:
        """Give a timestamptz."""
        return f"to_timestamp({seconds})"

    def said(self, seconds: str, form: str) -> str:
        """Write it out."""
        words = {"moment": ('YYYY-MM-DD"T"HH24:MI:SS"Z"', 0), "month": ("YYYY-MM", 28_800), "year": ("YYYY", 28_800)}
        form, ahead = words[form]
        return f"to_char(to_timestamp({seconds} + {ahead}) AT TIME ZONE 'UTC', '{form}')"

    def data(self, text: str) -> str:
        """Encode it."""
        return f"convert_to({text}, 'UTF8')"

    def leaf(self, data: str) -> str:
        """Hash in the database."""
        return rf"sha256('\x00'::bytea || {data})"

    def node(self, left: str, right: str) -> str:
        """Hash in the database."""
        return rf"sha256('\x01'::bytea || {left} || {right})"

    def run(self, statement: str) -> None:
        """Run it and commit."""
        self.connection.execute(statement.encode())

    def find(self, question: str) -> list[tuple[Any, ...]]:
        """Ask."""
        return self.connection.execute(question.encode()).fetchall()

    @contextmanager
    def loading(self, tables: list[str]) -> Iterator[None]:
        """Drop indexes and unique constraints, and make them again by their own words."""
        among = ", ".join(f"'{table}'" for table in tables)
        unique = self.find(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            f" WHERE contype = 'u' AND conrelid::regclass::text IN ({among})"
        )
        for table, name, _sql in unique:
            self.run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        indexes = self.find(
            f"SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename IN ({among})"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        for name, _sql in indexes:
            self.run(f"DROP INDEX {name}")
        yield
        for table, name, sql in unique:
            self.run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {sql}")
        for _name, sql in indexes:
            self.run(sql)
        self._go_on_counting(tables)

    def _go_on_counting(self, tables: list[str]) -> None:
        """Let the next row of each table get a number after those that were written, and the planner know them."""
        for table in tables:
            [(is_numbered,)] = self.find(
                "SELECT count(*) FROM information_schema.columns"
                f" WHERE table_schema = 'public' AND table_name = '{table}' AND column_name = 'id'"
            )
            if is_numbered:
                self.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            self.run(f"VACUUM (ANALYZE) {table}")


@contextmanager
def speaking(engine: Engine) -> Iterator[Tongue]:
    """Open a connection of its own to a database, without the limits a request has."""
    if engine.dialect.name == "sqlite":
        tongue: Tongue = OfSqlite(str(engine.url.database))
    else:
        tongue = OfPostgresql(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
    with closing(tongue.connection):
        yield tongue


def insert(table: Table, given: dict[str, str], source: str) -> str:
    """Write the statement that fills a table from a source; what is not given takes the column's own default."""
    columns = given | {
        column.name: _default(column) for column in table.columns if column.name not in given and not column.nullable
    }
    return f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {source}"


def _default(column: Column[Any]) -> str:
    if not isinstance(column.default, ScalarElementColumnDefault):
        raise LookupError(f"{column.table.name}.{column.name} must be given")
    return literal(column.default.arg)


def literal(value: str | int | bool | date) -> str:
    """Write a value of the program's own into a statement."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
