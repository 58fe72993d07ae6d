"""The wall's questions asked past all that is between us and the driver, for whoever asks hundreds of them a second."""

from collections import namedtuple
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine

from charity.adapters.statements import Statement
from charity.queries.wall_questions import Shape, question
from charity.queries.wish_cards import CARD_COLUMNS

_COLUMNS = (*(column.key for column in CARD_COLUMNS), "total")
_Row: Any = namedtuple("_Row", _COLUMNS)  # pyright: ignore[reportUntypedNamedTuple] - its fields stand elsewhere
_MOMENT, _DAY, _TRUTH = (_COLUMNS.index(name) for name in ("published_at", "stage_until", "place_is_large"))


def ask_plainly(engine: Engine, shape: Shape, values: dict[str, Any]) -> list[Any]:
    """Ask the question of a shape; rows as SQLAlchemy's would be. NotAnswered when the database does not serve."""
    statement, fixed = _statement(shape, engine)
    rows = statement.ask_all(engine, fixed | values)
    if engine.dialect.name == "sqlite":
        return [_of_sqlite(row) for row in rows]
    return [_Row(*row) for row in rows]


@lru_cache(maxsize=1_000)
def _statement(shape: Shape, engine: Engine) -> tuple[Statement, dict[str, Any]]:
    """Write a question out for the driver, with the values that are always the same."""
    dialect: Any = engine.dialect.__class__
    written = question(shape).compile(dialect=dialect(paramstyle="named"))
    return Statement(str(written)), dict(written.params)


def _of_sqlite(row: tuple[Any, ...]) -> Any:
    values = list(row)
    values[_MOMENT], values[_DAY] = _moment(row[_MOMENT]), _day(row[_DAY])
    values[_TRUTH] = bool(row[_TRUTH])
    return _Row(*values)


@lru_cache(maxsize=10_000)  # the same wishes are read again and again, and a moment remembers what it hashes to
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@lru_cache(maxsize=1_000)
def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
