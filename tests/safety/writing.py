"""Seeing what is written: the tables that statements change, and those whose change was committed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event

_WRITES = re.compile(r"\s*(?:WITH .*?)?(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE | re.DOTALL)


@contextmanager
def written(*, committed: bool = False) -> Iterator[list[str]]:
    """Collect the names of the tables that are written to; only what was committed, if asked."""
    seen: list[str] = []
    pending: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if found := _WRITES.match(statement):
            (pending if committed else seen).append(found[1].lower())

    def keep(_connection: Connection) -> None:
        seen.extend(pending)
        pending.clear()

    def forget(_connection: Connection) -> None:
        pending.clear()

    listeners = (("before_cursor_execute", note), ("commit", keep), ("rollback", forget))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)
