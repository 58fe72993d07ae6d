"""Open wishes chosen for a sheet of cards: what anybody may see of them, in the order they were chosen."""

from collections.abc import Sequence

from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.models.wishes import IsOpen, Wish
from charity.queries.wish_cards import CARD_COLUMNS, WishCard, card_of, with_photo

MOST_ON_SHEETS = 40


def list_for_sheets(_viewer: Actor, refs: Sequence[str]) -> tuple[WishCard, ...]:
    """List the chosen wishes that still look for givers; others, and those that are none, are left out."""
    chosen = list(dict.fromkeys(refs))[:MOST_ON_SHEETS]
    if not chosen:
        return ()
    now = clock.now()
    query = with_photo(select(*CARD_COLUMNS)).where(IsOpen(), Wish.ref.in_(chosen))
    found = {row.ref: card_of(row, now) for row in reading().execute(query)}
    return tuple(found[ref] for ref in chosen if ref in found and found[ref].units_left > 0)
