"""Statements about what can be seen of wishes: their search tokens, and taking them out of sight."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select, update

from charity.adapters.db import Tx
from charity.models.wishes import Wish, WishToken


def write_tokens(tx: Tx, wish_id: int, tokens: Iterable[str]) -> None:
    """Make a wish findable by these tokens and no others."""
    drop_tokens(tx, [wish_id])
    rows = [{"wish_id": wish_id, "token": token} for token in sorted(set(tokens))]
    if rows:
        tx.session.execute(insert(WishToken), rows)


def drop_tokens(tx: Tx, wish_ids: Iterable[int]) -> None:
    """Make wishes unfindable; for every wish that leaves the wall."""
    tx.session.execute(delete(WishToken).where(WishToken.wish_id.in_(list(wish_ids))))


def hide_wishes(tx: Tx, *, household_id: int, member_id: int | None = None) -> list[int]:
    """Take all wishes of a household (or of one member) out of sight at once; their deliveries run on unseen."""
    theirs = select(Wish.id).where(Wish.household_id == household_id, Wish.hidden_at.is_(None))
    if member_id is not None:
        theirs = theirs.where(Wish.member_id == member_id)
    ids = list(tx.session.scalars(theirs))
    if ids:
        tx.session.execute(update(Wish).where(Wish.id.in_(ids)).values(hidden_at=tx.now))
        drop_tokens(tx, ids)
    return ids
