"""Administrative divisions: 665,276 nodes of mainland China and the invented province of the demo."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CheckConstraint, SmallInteger, String, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Tx

Node = tuple[str, str, int, str]  # code, parent, level, name
_NAMES = ("code", "parent", "level", "name")


class Region(Base):
    """One node; its parent is a prefix of its code."""

    __tablename__ = "regions"
    __table_args__ = (CheckConstraint("length(code) in (2, 4, 6, 9, 12)", name="code_width"),)

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    parent: Mapped[str] = mapped_column(String(9), index=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(String(80))


def put_regions(tx: Tx, nodes: Sequence[Node]) -> int:
    """Insert nodes, or rename those that are there; gives how many were new or renamed."""
    return _put_sqlite(tx, nodes) if tx.is_sqlite else _put_postgresql(tx, nodes)


def _put_sqlite(tx: Tx, nodes: Sequence[Node]) -> int:
    insert = sqlite.insert(Region)
    put = insert.on_conflict_do_update(
        index_elements=[Region.code],
        set_={"name": insert.excluded.name},
        where=Region.name != insert.excluded.name,
    )
    done = tx.session.connection().execute(put, [dict(zip(_NAMES, node, strict=True)) for node in nodes])
    return done.rowcount


def _put_postgresql(tx: Tx, nodes: Sequence[Node]) -> int:
    connection = tx.session.connection()
    connection.execute(text("CREATE TEMP TABLE regions_in (LIKE regions) ON COMMIT DROP"))
    driver = cast(Any, connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy("COPY regions_in (code, parent, level, name) FROM STDIN") as copy:
        for node in nodes:
            copy.write_row(node)
    put = text(
        "INSERT INTO regions (code, parent, level, name) SELECT code, parent, level, name FROM regions_in "
        "ON CONFLICT (code) DO UPDATE SET name = excluded.name WHERE regions.name <> excluded.name"
    )
    return cast(Any, connection.execute(put)).rowcount
