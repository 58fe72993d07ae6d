"""Seeing what is written: the tables that statements change, and those whose change was committed."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from charity.adapters.statements import Statement

_BEGINS = re.compile(r"\s*(?:WITH|INSERT INTO|UPDATE|DELETE FROM)\b", re.IGNORECASE)
# One statement may write several tables; what follows FOR UPDATE and DO UPDATE is none.
_WRITES = re.compile(r"(?<!FOR )(?<!DO )\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)


def tables_of(statement: str) -> list[str]:
    """Name the tables a statement writes to."""
    return tables_in(statement) if _BEGINS.match(statement) else []


def tables_in(statements: str) -> list[str]:
    """Name the tables that any of some statements writes to."""
    return [name.lower() for name in _WRITES.findall(statements)]


@contextmanager
def written(*, committed: bool = False) -> Iterator[list[str]]:
    """Collect the names of the tables that are written to; only what was committed, if asked."""
    seen: list[str] = []
    pending: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        (pending if committed else seen).extend(tables_of(statement))

    def keep(_connection: Connection) -> None:
        seen.extend(pending)
        pending.clear()

    def forget(_connection: Connection) -> None:
        pending.clear()

    run = Statement.run

    def noted(statement: Statement, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        note(None, None, statement.sql)  # it goes past SQLAlchemy, which would tell nobody
        return run(statement, connection, values)

    listeners = (("before_cursor_execute", note), ("commit", keep), ("rollback", forget))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    Statement.run = noted  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        Statement.run = run  # type: ignore[method-assign]
        for name, listener in listeners:
            event.remove(Engine, name, listener)
