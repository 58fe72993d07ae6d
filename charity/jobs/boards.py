"""Carrying the book to the boards in Redis."""

from charity.adapters.db import reading
from charity.adapters.redis import RedisDown
from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.projections.boards import catch_up
from charity.queries.open_data import digest_lines
from charity.services import boards


def carry() -> int:
    """Take new leaves into the boards; with Redis away, nothing is lost: the next turn goes on from the pointer."""
    try:
        return catch_up(reading())
    except RedisDown:
        return 0


def publish_digest() -> int:
    """Write the daily digest of the boards' lines into the book."""
    found = digest_lines()
    entry = boards.publish_digest(SYSTEM, digest=found.digest, rows=found.rows, leaf=found.leaf)
    return 0 if entry is None else 1


TURNS = (Turn("boards", 0.5, carry), Turn("boards-digest", 3600.0, publish_digest))
