"""Writing the words of wishes that stand on the wall without any: those of a release that kept them otherwise."""

from collections.abc import Sequence

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.models.acts import act
from charity.models.searching import lacks_words, write_words
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
