"""The wall walks along its index: a word too much in the question, and SQLite reads and sorts every wish."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, select

from charity.adapters.db import db, end_reading
from charity.domain.actors import VISITOR
from charity.models.wishes import IsOpen, Wish
from charity.queries.wall import WallFilters, list_wall

Asked = list[tuple[str, object]]


@pytest.fixture
def asked(app: Flask) -> Iterator[Asked]:
    del app
    found: Asked = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        found.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.backends("sqlite")
@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (WallFilters(), "ix_wishes_wall"),
        (WallFilters(kind="goods"), "ix_wishes_wall"),
        (WallFilters(region="990101"), "ix_wishes_wall_county"),
        (WallFilters(longest=True), "ix_wishes_wall_longest"),
    ],
)
def test_the_wall_walks_along_its_index(asked: Asked, filters: WallFilters, index: str) -> None:
    list_wall(VISITOR, filters)
    end_reading()
    statement, parameters = next(each for each in asked if "FROM wishes LEFT OUTER JOIN" in each[0])
    asked.clear()
    with db.engine.connect() as connection:
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]  # pyright: ignore[reportArgumentType]
    assert any(line.endswith(f"USING INDEX {index}") or f"USING INDEX {index} " in line for line in plan), plan
    assert not any("ORDER BY" in line and "TEMP B-TREE FOR ORDER BY" in line for line in plan), plan


def test_what_stands_on_the_wall_is_asked_with_a_statement_that_is_kept() -> None:
    assert select(Wish.id).where(IsOpen())._generate_cache_key() is not None  # pyright: ignore[reportPrivateUsage]
