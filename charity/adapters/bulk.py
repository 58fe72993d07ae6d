"""Many rows at once: PostgreSQL copies them in, changes and finds them by whole arrays; SQLite takes them one by one.

A list that is just coming in is unknown to PostgreSQL's planner, which then takes a table of a hundred thousand rows
for one of a few: so these statements are written in such a way that only the indexes are left to it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    TableValuedAlias,
    bindparam,
    func,
    insert,
    intersect,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.orm import InstrumentedAttribute

from charity.adapters.statements import raised_as_ours

Rows = Sequence[Mapping[str, Any]]
AnyColumn = ColumnElement[Any] | InstrumentedAttribute[Any]


def add_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Add rows that all name the same columns, and every one that has no default in the database."""
    if not rows:
        return
    if _is_sqlite(connection):
        connection.execute(insert(table), rows)
        return
    names = tuple(rows[0])
    with _cursor(connection) as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def add_numbered(connection: Connection, table: Table, rows: Rows) -> list[int]:
    """Add rows that have refs, and give their ids in the same order: drawn before, or asked for afterwards."""
    if not rows:
        return []
    if _is_sqlite(connection):
        add_rows(connection, table, rows)
        refs = [row["ref"] for row in rows]
        known = {ref: number for ref, number in find(connection, table.c.ref, refs, table.c.ref, table.c.id)}
        return [known[ref] for ref in refs]
    drawn = select(func.nextval(func.pg_get_serial_sequence(table.name, "id")))
    ids = sorted(connection.scalars(drawn.select_from(func.generate_series(1, len(rows)).alias("number"))))
    add_rows(connection, table, [{"id": number} | dict(row) for number, row in zip(ids, rows, strict=True)])
    return ids


def change_rows(connection: Connection, table: Table, changes: Rows) -> None:
    """Change rows by their ids, all in the same columns; ids that stand close together are changed fastest."""
    if not changes:
        return
    names = [name for name in changes[0] if name != "id"]
    if _is_sqlite(connection):
        change = update(table).where(table.c.id == bindparam("row_id"))
        given = [{f"new_{name}": row[name] for name in names} | {"row_id": row["id"]} for row in changes]
        connection.execute(change.values({name: bindparam(f"new_{name}") for name in names}), given)
        return
    kinds = {name: table.c[name].type.compile(connection.dialect) for name in ("id", *names)}
    arrays = ", ".join(f"CAST(%({name})s AS {kind}[])" for name, kind in kinds.items())
    sets = ", ".join(f"{name} = given.{name}" for name in names)
    statement = (
        f"UPDATE {table.name} SET {sets} FROM unnest({arrays}) AS given ({', '.join(kinds)})"
        f" WHERE {table.name}.id = given.id AND {table.name}.id BETWEEN %(first)s AND %(last)s"
    )
    given = {name: [row[name] for row in changes] for name in kinds}
    with _cursor(connection) as cursor:
        cursor.execute(statement, given | {"first": min(given["id"]), "last": max(given["id"])})


def find(
    connection: Connection,
    key: AnyColumn,
    wanted: Collection[Any],
    *columns: AnyColumn,
    where: Sequence[ColumnElement[bool]] = (),
) -> Sequence[Any]:
    """Give columns of the rows in which an indexed column has one of these values, in no order."""
    return connection.execute(found(connection, key, wanted, *columns, where=where)).all() if wanted else ()


def found(
    connection: Connection,
    key: AnyColumn,
    wanted: Collection[Any],
    *columns: AnyColumn,
    where: Sequence[ColumnElement[bool]] = (),
) -> Select[Any]:
    """Give the question of `find`, to be asked for more."""
    if _is_sqlite(connection):
        return select(*columns).where(key.in_(wanted), *where)
    each = _each(key, wanted)
    # OFFSET 0 keeps the planner from taking both apart: each value is looked for by itself.
    rows = select(*columns).where(key == each.c.value, *where).offset(literal_column("0")).lateral("found")
    return cast(Select[Any], select(*rows.c).select_from(each).join(rows, true()))


def known_among(
    connection: Connection, column: AnyColumn, wanted: Collection[Any], *, where: ColumnElement[bool]
) -> set[Any]:
    """Give those of some values that stand in a column that has no index, of the rows that a condition names."""
    if _is_sqlite(connection):
        return set(connection.scalars(select(column).where(column.in_(wanted), where)))
    # Cut as two sets, so that each row is looked at once, not once for each value.
    return set(connection.scalars(intersect(select(_each(column, wanted).c.value), select(column).where(where))))


def _each(like: AnyColumn, values: Collection[Any]) -> TableValuedAlias:
    array = bindparam(None, list(values), type_=ARRAY(cast(Any, like).type))
    return func.unnest(array).table_valued("value").render_derived(name="wanted")


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    with raised_as_ours(connection, "rows at once") as driver, driver.cursor() as cursor:
        yield cursor
