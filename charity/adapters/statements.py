"""Statements of the hottest paths, written out for the driver: asked as they stand, with nothing looked at anew."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.engine import Connection

_NAME = re.compile(r"(?<!:):([a-z_]+)")
# How SQLAlchemy writes a moment on SQLite: so must we, since moments are compared there as texts.
_STORED = "%Y-%m-%d %H:%M:%S.%f"


class Statement:
    """SQL with `:names`; values are texts, integers, bytes, None and aware moments, and rows come as the driver's."""

    def __init__(self, sql: str) -> None:
        self.names = frozenset(_NAME.findall(sql))
        self._on_sqlite = sql
        self._on_postgresql = _NAME.sub(r"%(\1)s", sql.replace("%", "%%"))

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Ask with these values; names that the statement does not know are left out."""
        if connection.dialect.name == "sqlite":
            return connection.exec_driver_sql(self._on_sqlite, {name: _stored(values[name]) for name in self.names})
        return connection.exec_driver_sql(self._on_postgresql, {name: values[name] for name in self.names})


def _stored(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone is not a moment")
    return value.astimezone(UTC).strftime(_STORED)
