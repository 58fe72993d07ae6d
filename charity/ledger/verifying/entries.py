"""Checking single entries: their bytes, their columns, and that none stands outside the book."""

from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from charity.domain.entries import Body, NotAnEntry
from charity.ledger.canonical import decode
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.snapshots import snapshot
from charity.ledger.writing import row_of
from charity.models.ledger import ENTRIES, LEAVES, QUEUE

PAGE = 5_000
COLUMNS = (ENTRIES.c.kind, ENTRIES.c.wish, ENTRIES.c.pledge, ENTRIES.c.topic, ENTRIES.c.body)


def check_entry(row: Any, place: str) -> Body:
    """Read an entry's bytes, and hold its columns against them; the row has entry_id and COLUMNS."""
    if row.body is None:
        raise Differs("entry-missing", place, f"entry {row.entry_id}", "none")
    try:
        body = decode(bytes(row.body))
    except NotAnEntry as error:
        raise Differs("entry-malformed", f"{place} (entry {row.entry_id})", "canonical bytes", error) from error
    made = row_of(body)
    for column in ("kind", "wish", "pledge", "topic"):
        if getattr(made, column) != getattr(row, column):
            at = f"{place} (entry {row.entry_id}), column {column}"
            raise Differs("entry-column", at, getattr(made, column), getattr(row, column))
    return body


def check_waiting(engine: Engine) -> int:
    """Check the entries that wait for their leaves, and tell how many."""
    count, last = 0, 0
    while True:
        with snapshot(engine) as session:
            rows = session.execute(
                select(QUEUE.c.entry_id, *COLUMNS)
                .join_from(QUEUE, ENTRIES, QUEUE.c.entry_id == ENTRIES.c.id, isouter=True)
                .where(QUEUE.c.entry_id > last)
                .order_by(QUEUE.c.entry_id)
                .limit(PAGE)
            ).all()
        for row in rows:
            check_entry(row, "an entry that waits for its leaf")
        if not rows:
            return count
        count, last = count + len(rows), rows[-1].entry_id


def check_outside(engine: Engine) -> None:
    """Refuse entries with neither a leaf nor a place in the queue: nobody appended them."""
    with snapshot(engine) as session:
        newest = session.execute(select(func.max(ENTRIES.c.id))).scalar_one() or 0
    # 0 is below every number the database gives; what somebody put there himself is found as well
    for first in range(-PAGE, newest, PAGE):
        with snapshot(engine) as session:
            stranger = _find_stranger(session, None if first < 0 else first, first + PAGE)
        if stranger is not None:
            raise Differs("entry-outside", f"entry {stranger}", "a leaf, or a place in the queue", "neither")


def _find_stranger(session: Session, first: int | None, last: int) -> int | None:
    found = (
        select(ENTRIES.c.id)
        .join_from(ENTRIES, LEAVES, LEAVES.c.entry_id == ENTRIES.c.id, isouter=True)
        .join(QUEUE, QUEUE.c.entry_id == ENTRIES.c.id, isouter=True)
        .where(LEAVES.c.number.is_(None), QUEUE.c.entry_id.is_(None), ENTRIES.c.id <= last)
        .order_by(ENTRIES.c.id)
        .limit(1)
    )
    return session.execute(found if first is None else found.where(ENTRIES.c.id > first)).scalar_one_or_none()
