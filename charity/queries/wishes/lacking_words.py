"""Which wishes nobody can find by words, because their words were never written, or say a name that is past."""

from sqlalchemy import func, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.models.search_rows import SearchRenewal
from charity.models.searching import is_renewal_due, lacks_words
from charity.models.wishes import Wish

NEAR = 2_000


def list_lacking(_viewer: Actor, after: int) -> tuple[int, list[int]]:
    """Look at the next wishes: gives the number of the last (0 at the end), and those that lack words."""
    near = select(Wish.id).where(Wish.id > after).order_by(Wish.id).limit(NEAR).subquery()
    last = reading().scalar(select(func.max(near.c.id))) or 0
    lacking = select(Wish.id).where(Wish.id > after, Wish.id <= last, lacks_words()).order_by(Wish.id)
    return last, list(reading().scalars(lacking))


def is_renaming_due(_viewer: Actor) -> bool:
    """Say whether wishes for a thing that was renamed wait for their new words."""
    asked = select(SearchRenewal.code).where(is_renewal_due(clock.now())).limit(1)
    return reading().scalar(asked) is not None
