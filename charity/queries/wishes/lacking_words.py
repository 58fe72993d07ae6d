"""Which wishes nobody can find by words, because their words were never written."""

from sqlalchemy import func, select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.models.searching import lacks_words
from charity.models.wishes import Wish

NEAR = 2_000


def list_lacking(_viewer: Actor, after: int) -> tuple[int, list[int]]:
    """Look at the next wishes: gives the number of the last (0 at the end), and those that lack words."""
    near = select(Wish.id).where(Wish.id > after).order_by(Wish.id).limit(NEAR).subquery()
    last = reading().scalar(select(func.max(near.c.id))) or 0
    lacking = select(Wish.id).where(Wish.id > after, Wish.id <= last, lacks_words()).order_by(Wish.id)
    return last, list(reading().scalars(lacking))
