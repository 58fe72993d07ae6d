"""Reading the book: by leaf number for those who follow it, by subject for those who ask what happened to one thing."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from charity.domain.entries import Body
from charity.ledger.canonical import decode
from charity.models.ledger import ENTRIES, LEAVES

BEFORE_ALL = -1
_COLUMNS: dict[str, Any] = {"wish": ENTRIES.c.wish, "pledge": ENTRIES.c.pledge}


@dataclass(frozen=True, slots=True)
class Record:
    """An entry with its leaf number; None while it waits for its leaf."""

    number: int | None
    entry_id: int
    body: Body
    data: bytes


def entries_after(session: Session, number: int = BEFORE_ALL, *, limit: int = 1_000) -> list[Record]:
    """List the records after a leaf number in the book's order: the only cursor that misses nothing."""
    found = session.execute(_sealed().where(LEAVES.c.number > number).order_by(LEAVES.c.number).limit(limit))
    return [_record(row) for row in found]


def entries_before(session: Session, number: int | None = None, *, limit: int = 50) -> list[Record]:
    """List the newest records first, from before a leaf number."""
    newest = _sealed().order_by(LEAVES.c.number.desc()).limit(limit)
    if number is not None:
        newest = newest.where(LEAVES.c.number < number)
    return [_record(row) for row in session.execute(newest)]


def find_record(session: Session, number: int) -> Record | None:
    """Find the record with a leaf number."""
    row = session.execute(_sealed().where(LEAVES.c.number == number)).one_or_none()
    return None if row is None else _record(row)


def timeline(session: Session, subject: str, ref: str, *, limit: int = 200) -> list[Record]:
    """List the newest records about a wish, a pledge, a case, a point or a programme, oldest first, sealed or not."""
    column = _COLUMNS.get(subject)
    about = ENTRIES.c.topic == f"{subject}:{ref}" if column is None else column == ref
    newest = (
        select(LEAVES.c.number, ENTRIES.c.id, ENTRIES.c.body)
        .join_from(ENTRIES, LEAVES, LEAVES.c.entry_id == ENTRIES.c.id, isouter=True)
        .where(about)
        .order_by(ENTRIES.c.id.desc())
        .limit(limit)
    )
    return [_record(row) for row in session.execute(newest)][::-1]


def _sealed() -> Select[Any, Any, Any]:
    return select(LEAVES.c.number, ENTRIES.c.id, ENTRIES.c.body).join_from(
        LEAVES, ENTRIES, LEAVES.c.entry_id == ENTRIES.c.id
    )


def _record(row: Row[Any, Any, Any]) -> Record:
    data = bytes(row.body)
    return Record(row.number, row.id, decode(data), data)
