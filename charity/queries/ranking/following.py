"""What the book says has happened to wishes since the index was built."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.models.ledger import ENTRIES, LEAVES
from charity.models.wishes import IsOpen, Wish


@dataclass(frozen=True, slots=True)
class Changes:
    """The last leaf that was read, and the wishes it speaks of: on the wall now, or not on it."""

    leaf: int
    on: tuple[int, ...] = ()
    off: tuple[int, ...] = ()
    is_all: bool = True


def find_changes(session: Session, leaf: int, *, limit: int = 500) -> Changes:
    """Read the leaves after one, and how the wishes they name stand now."""
    named = select(LEAVES.c.number, ENTRIES.c.wish).join_from(LEAVES, ENTRIES, LEAVES.c.entry_id == ENTRIES.c.id)
    rows = session.execute(named.where(LEAVES.c.number > leaf).order_by(LEAVES.c.number).limit(limit)).all()
    if not rows:
        return Changes(leaf)
    refs = {row.wish for row in rows if row.wish is not None}
    there = select(Wish.id, IsOpen().label("is_open")).where(Wish.ref.in_(refs)).order_by(Wish.id)
    wishes = session.execute(there).all() if refs else []
    return Changes(
        leaf=rows[-1].number,
        on=tuple(row.id for row in wishes if row.is_open),
        off=tuple(row.id for row in wishes if not row.is_open),
        is_all=len(rows) < limit,
    )
