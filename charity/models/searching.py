"""Statements about the words by which wishes are found: written and taken away with what shows and hides a wish."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, func, or_, select

from charity.adapters.db import Tx
from charity.adapters.search_text import write_text
from charity.domain.search import Written, pieces_of
from charity.domain.wishes import WishState
from charity.models.search_rows import SearchPiece, SearchRenewal, SearchText
from charity.models.wishes import Wish

# A wish that comes onto the wall in the moment of a renaming may be written with the old name after its turn is over.
LATECOMERS = timedelta(minutes=1)
DONE = 2**62
NEAR = 2_000  # wishes a question looks at: however rare a thing is, none walks through a million
_PIECES = cast(Table, SearchPiece.__table__).insert()
_DROP = delete(SearchPiece).where(
    SearchPiece.piece.in_(bindparam("pieces", expanding=True)),
    SearchPiece.at == bindparam("at"),
    SearchPiece.wish_id == bindparam("wish_id"),
)


def write_words(tx: Tx, wish_id: int, published_at: datetime, words: str) -> None:
    """Make a wish findable by these words and no others."""
    drop_words(tx, [wish_id])
    written, at = write_text(words), int(published_at.timestamp())
    text = {"plain": written.plain, "spoken": written.spoken, "initials": written.initials}
    tx.session.execute(cast(Table, SearchText.__table__).insert(), {"wish_id": wish_id, "at": at, **text})
    rows = [{"piece": piece, "at": at, "wish_id": wish_id} for piece in sorted(pieces_of(written))]
    if rows:
        tx.session.execute(_PIECES, rows)


def drop_words(tx: Tx, wish_ids: Iterable[int]) -> None:
    """Make wishes unfindable; for every wish that leaves the wall. Their own text tells which pieces are theirs."""
    gone = list(wish_ids)
    for row in tx.session.scalars(select(SearchText).where(SearchText.wish_id.in_(gone))).all():
        pieces = sorted(pieces_of(Written(row.plain, row.spoken, row.initials)))
        tx.connection.execute(_DROP, {"pieces": pieces, "at": row.at, "wish_id": row.wish_id})
        tx.session.expunge(row)
    tx.session.execute(delete(SearchText).where(SearchText.wish_id.in_(gone)))


def lacks_words() -> ColumnElement[bool]:
    """Say that a wish stands where it could be found, and has no words by which."""
    there = select(SearchText.wish_id).where(SearchText.wish_id == Wish.id).correlate(Wish).exists()
    return and_(Wish.state == WishState.APPROVED.value, Wish.hidden_at.is_(None), ~there)


def has_words(tx: Tx, wish_id: int, words: str) -> bool:
    """Say whether a wish is found by these words already."""
    row = tx.session.get(SearchText, wish_id)
    return row is not None and Written(row.plain, row.spoken, row.initials) == write_text(words)


def ask_renewal(tx: Tx, code: str) -> None:
    """Have the words of all wishes for a thing written anew, from the first on, whatever was begun before."""
    tx.session.merge(SearchRenewal(code=code, after=0, again_at=tx.now + LATECOMERS))
    tx.session.flush()


def is_renewal_due(now: datetime) -> ColumnElement[bool]:
    """Say that a thing's wishes are to be looked at now."""
    return or_(SearchRenewal.after != DONE, SearchRenewal.again_at <= now)


def next_renewal(tx: Tx) -> SearchRenewal | None:
    """Find a thing whose wishes get new words; None when there is nothing to do just now."""
    asked = select(SearchRenewal).where(is_renewal_due(tx.now)).order_by(SearchRenewal.code).limit(1)
    return tx.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def take_next(tx: Tx, asked: SearchRenewal, limit: int) -> list[Wish]:
    """Lock the next wishes for a thing that can be found by words, and remember how far it has come."""
    near = select(Wish.id).where(Wish.id > asked.after).order_by(Wish.id).limit(NEAR).subquery()
    last = tx.session.scalar(select(func.max(near.c.id)))
    if last is None:
        _end(tx, asked)
        return []
    written = select(SearchText.wish_id).where(SearchText.wish_id == Wish.id).correlate(Wish).exists()
    mine = select(Wish).where(Wish.id > asked.after, Wish.id <= last, Wish.category == asked.code, written)
    locked = mine.order_by(Wish.id).limit(limit).with_for_update().execution_options(populate_existing=True)
    found = list(tx.session.scalars(locked))
    asked.after = found[-1].id if len(found) == limit else last
    return found


def _end(tx: Tx, asked: SearchRenewal) -> None:
    """End a walk; after the first one wait for what comes late, then walk once more."""
    if asked.again_at is None:
        tx.session.delete(asked)
    elif asked.after == DONE or asked.again_at <= tx.now:
        asked.after, asked.again_at = 0, None
    else:
        asked.after = DONE
