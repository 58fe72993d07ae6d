"""Statements of the hottest paths, written out for the driver: asked as they stand, with nothing looked at anew."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, cast

from flask import Flask
from sqlalchemy import Engine, exc
from sqlalchemy.engine import Connection

from charity.adapters.db import ALONE, EACH_BY_ITSELF, db

_NAME = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")
# How SQLAlchemy writes a moment on SQLite: so must we, since moments are compared there as texts.
_STORED = "%Y-%m-%d %H:%M:%S.%f"


class NotAnswered(Exception):
    """The database did not answer a question that was asked by itself."""


class Statement:
    """SQL with `:names`; values are texts, integers, bytes, None, days, aware moments; rows come as the driver's."""

    def __init__(self, sql: str) -> None:
        self.names = frozenset(_NAME.findall(sql))
        self.sql = sql
        self._on_postgresql = _NAME.sub(r"%(\1)s", sql.replace("%", "%%"))

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask inside a transaction with these values, and give all rows; names that it does not know are left out.

        It goes past all that is between us and the driver, half of what a short statement costs; what the driver raises
        is raised as SQLAlchemy's own, and a connection that is lost is marked so.
        """
        driver, dialect = connection.connection.driver_connection, connection.dialect
        try:
            return self._rows(driver, values, is_sqlite=dialect.name == "sqlite")
        except dialect.loaded_dbapi.Error as error:
            raise _ours(connection, driver, self.sql, error) from error

    def _rows(self, driver: Any, values: Mapping[str, Any], *, is_sqlite: bool) -> list[tuple[Any, ...]]:
        if is_sqlite:
            cursor = driver.execute(self.sql, {name: _stored(values[name]) for name in self.names})
        else:
            cursor = driver.execute(self._on_postgresql, {name: values[name] for name in self.names})
        return [] if cursor.description is None else cursor.fetchall()

    def ask(self, engine: Engine, values: Mapping[str, Any]) -> Any:
        """Ask by itself, outside of any transaction, past all that is between us and the driver: its first row or None.

        NotAnswered when the database does not serve; whoever asks in the usual way learns why.
        """
        return self._alone(engine, values, lambda cursor: cursor.fetchone())

    def ask_all(self, engine: Engine, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask as `ask` does, for all rows."""
        return self._alone(engine, values, lambda cursor: cursor.fetchall())

    def _alone(self, engine: Engine, values: Mapping[str, Any], read: Callable[[Any], Any]) -> Any:
        try:
            lent = engine.raw_connection()
        except exc.SQLAlchemyError as error:
            raise NotAnswered from error
        try:
            return self._asked(lent.driver_connection, values, read, is_sqlite=engine.dialect.name == "sqlite")
        except engine.dialect.loaded_dbapi.Error as error:
            lent.invalidate()
            raise NotAnswered from error
        finally:
            lent.close()

    def _asked(self, driver: Any, values: Mapping[str, Any], read: Callable[[Any], Any], *, is_sqlite: bool) -> Any:
        if is_sqlite:
            return read(driver.execute(self.sql, {name: _stored(values[name]) for name in self.names}))
        said = {name: values[name] for name in self.names}
        driver.autocommit = True
        try:
            return read(driver.execute(self._on_postgresql, said))
        finally:
            if not driver.closed:  # whatever was raised: the next transaction on this connection is one
                driver.autocommit = False


@contextmanager
def raised_as_ours(connection: Connection, asked: str) -> Iterator[Any]:
    """Lend the driver's connection; what the driver raises is raised as SQLAlchemy's own, as `Statement.run` does."""
    driver = connection.connection.driver_connection
    try:
        yield driver
    except connection.dialect.loaded_dbapi.Error as error:
        raise _ours(connection, driver, asked, error) from error


def _ours(connection: Connection, driver: Any, asked: str, error: Exception) -> Exception:
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(cast(Any, error), driver, None)
    if is_gone:
        connection.invalidate(error)
    return exc.DBAPIError.instance(
        asked,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=dialect,
    )


def _stored(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value.isoformat() if isinstance(value, date) else value
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone is not a moment")
    return value.astimezone(UTC).strftime(_STORED)


Engines = Callable[[], Engine]


def engine_of(app: Flask) -> Engines:
    """Give what finds an application's engine, also outside of its context."""

    @cache
    def engine() -> Engine:
        with app.app_context():
            return db.engine

    return engine


Lend = Callable[[], AbstractContextManager[Connection]]


def lend_from(engine: Engines) -> Lend:
    """Give what lends a connection for single questions, outside of any session and transaction."""

    def lend() -> Connection:
        connection = engine().connect()
        on_sqlite = connection.dialect.name == "sqlite"
        return connection.execution_options(**{ALONE: True} if on_sqlite else EACH_BY_ITSELF)

    return lend
