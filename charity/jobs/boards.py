"""Carrying the book to the boards in Redis."""

from charity.adapters.db import reading
from charity.adapters.redis import RedisDown
from charity.jobs.loop import Turn
from charity.projections.boards import catch_up


def carry() -> int:
    """Take new leaves into the boards; with Redis away, nothing is lost: the next turn goes on from the pointer."""
    try:
        return catch_up(reading())
    except RedisDown:
        return 0


TURNS = (Turn("boards", 0.5, carry),)
