"""Statements about the words by which wishes are found: written and taken away with what shows and hides a wish."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, select

from charity.adapters.db import Tx
from charity.adapters.search_text import write_text
from charity.domain.search import Written, pieces_of
from charity.domain.wishes import WishState
from charity.models.search_rows import SearchPiece, SearchText
from charity.models.wishes import Wish

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
