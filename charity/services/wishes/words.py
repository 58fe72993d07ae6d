"""Writing the words of wishes that stand on the wall without any, or with those of a name that is past."""

from collections.abc import Sequence

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.models.acts import act
from charity.models.catalogue import lock_catalogue
from charity.models.searching import has_words, lacks_words, next_renewal, take_next, write_words
from charity.models.wishes import Wish
from charity.services.wishes.publishing import public_words


@act
def write_missing(tx: Tx, _actor: Actor, wish_ids: Sequence[int]) -> int:
    """Write the words of those wishes that still lack them; gives how many."""
    lacking = select(Wish).where(Wish.id.in_(wish_ids), lacks_words()).order_by(Wish.id).with_for_update()
    wishes = list(tx.session.scalars(lacking.execution_options(populate_existing=True)))
    for wish in wishes:
        write_words(tx, wish.id, wish.published_at or tx.now, public_words(tx, wish))
    return len(wishes)


@act
def renew_named(tx: Tx, _actor: Actor, *, limit: int) -> int:
    """Write the words of the next wishes for a thing that was renamed; 0 when no thing waits.

    How far it has come is kept with what was written, so that whoever goes on after a kill leaves out nothing.
    """
    lock_catalogue(tx)  # nobody renames a thing, and no other worker goes on, meanwhile
    asked = next_renewal(tx)
    if asked is None:
        return 0
    for wish in take_next(tx, asked, limit):
        words = public_words(tx, wish)
        if not has_words(tx, wish.id, words):
            write_words(tx, wish.id, wish.published_at or tx.now, words)
    return 1
