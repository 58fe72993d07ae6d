"""What every connection to PostgreSQL is given: it is asked after a pause, and arrays travel as bytes."""

import time
from typing import Any

from sqlalchemy import Engine, event, exc
from sqlalchemy.pool import ConnectionPoolEntry

_IDLE = 1.0  # seconds after which a pooled connection is asked whether it is still there


def prepare_postgresql(engine: Engine) -> None:
    """Ask a connection that was idle whether it is still there; one that just worked is believed."""

    def ask(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used", float("inf")) > _IDLE:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error:
                raise exc.InvalidatePoolError from None

    def note(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    if "asks_when_idle" not in engine.__dict__:
        engine.__dict__["asks_when_idle"] = True
        event.listen(engine, "connect", _hand_arrays_over_as_bytes)
        event.listen(engine, "checkout", ask)
        event.listen(engine, "checkin", note)


def _hand_arrays_over_as_bytes(connection: Any, _record: object) -> None:
    """Write an array as PostgreSQL keeps it: as text, each digest in it would be quoted by an expression of its own."""
    from psycopg.types.array import ListBinaryDumper  # noqa: PLC0415 (not loaded where the database is SQLite)

    connection.adapters.register_dumper(list, ListBinaryDumper)
