"""Reading board lines in bulk: PostgreSQL's binary COPY or SQLite's rows, one range of accounts after the other.

The table is the private copy of what the book's entries say (`ledger verify` holds every line against its entry). A
line counts when its entry has a leaf, that is, in one state of the database, when it does not wait for one.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from charity.domain.boards import Metric
from charity.ledger import BEFORE_ALL
from charity.ledger.canonical import decode
from charity.models.ledger import ENTRIES, LEAVES
from charity.models.pledges import BoardLine
from charity.projections.board_sums import BUCKET, COUNTY, METRIC, METRICS, Ints, Lines, Range

PIECE = 1 << 20  # bytes of COPY, rows of SQLite's: what is turned into numbers at once
_ROWS = 1 << 16
# A row of binary COPY: how many fields, then length and value of each; numbers are big-endian.
_ROW = np.dtype([("fields", ">i2"), *((f"{name}{part}", kind) for name in ("account", "cell", "value")
                                      for part, kind in (("_size", ">i4"), ("", ">i8")))])  # fmt: skip
_HEAD = 19  # bytes before the first row: signature, flags, length of an extension that there is not
_METRIC = " ".join(f"WHEN '{metric.value}' THEN {METRICS.index(metric) * METRIC}" for metric in Metric)
_LINES = (
    "SELECT l.account_id, CAST(CASE l.metric {metric} END AS bigint)"
    " + CAST(coalesce(nullif(l.county, ''), '0') AS bigint) * {county}"
    " + CAST(replace(l.month, '-', '') AS bigint), CAST(l.value AS bigint)"
    " FROM board_lines l WHERE l.account_id >= {first} AND l.account_id < {end}"
    " AND NOT EXISTS (SELECT 1 FROM entry_queue q WHERE q.entry_id = l.entry_id)"
)


def take_time(session: Session) -> None:
    """Let this transaction take the minutes that a whole table takes; a request may not."""
    if session.connection().dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            session.execute(text(f"SET LOCAL {limit} = 0"))


def last_leaf(session: Session) -> tuple[int, str]:
    """Tell the last leaf of this state of the database, and when its entry was made."""
    newest = select(LEAVES.c.number, ENTRIES.c.body).join_from(LEAVES, ENTRIES, LEAVES.c.entry_id == ENTRIES.c.id)
    row = session.execute(newest.order_by(LEAVES.c.number.desc()).limit(1)).one_or_none()
    return (BEFORE_ALL, "") if row is None else (row.number, decode(bytes(row.body)).at)


def count_lines(session: Session) -> list[tuple[int, int]]:
    """Count the lines of each bucket of accounts, in rising order."""
    bucket = BoardLine.account_id.op("/")(text(str(BUCKET)))
    counts = select(bucket.label("bucket"), func.count()).where(BoardLine.account_id.is_not(None))
    return [(int(at), int(lines)) for at, lines in session.execute(counts.group_by("bucket").order_by("bucket"))]


def read_lines(session: Session, accounts: Range) -> Lines:
    """Read all lines of a range of accounts that the book has."""
    sql = _LINES.format(metric=_METRIC, county=COUNTY, first=accounts.first, end=accounts.end)
    connection = session.connection()
    pieces = _copied if connection.dialect.name == "postgresql" else _fetched
    found = [np.zeros((0, 3), np.int64), *pieces(connection.connection.driver_connection, sql)]
    whole = np.concatenate(found)
    return Lines(whole[:, 0], whole[:, 1], whole[:, 2])


def _copied(driver: Any, sql: str) -> Iterator[Ints]:
    with driver.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)") as copy:
        held, size, head = list[memoryview](), 0, _HEAD
        for data in copy:  # one row after the other
            held.append(data)
            size += len(data)
            if size >= PIECE:
                yield _rows(b"".join(held)[head:])
                held, size, head = [], 0, 0
        yield _rows(b"".join(held)[head:])


def _rows(data: bytes) -> Ints:
    """Read whole rows; what may follow the last one is the end mark."""
    rows = np.frombuffer(data, _ROW, len(data) // _ROW.itemsize)
    if any((rows[f"{name}_size"] != _ROW[name].itemsize).any() for name in ("account", "cell", "value")):
        raise ValueError("a board line without a metric, county or month that boards know")
    return np.stack([rows["account"], rows["cell"], rows["value"]], axis=1).astype(np.int64)


def _fetched(driver: Any, sql: str) -> Iterator[Ints]:
    cursor = driver.execute(sql)
    while rows := cursor.fetchmany(_ROWS):
        yield np.fromiter(chain.from_iterable(rows), np.int64, 3 * len(rows)).reshape(-1, 3)
