"""Second opinions whose 48 hours are over: each is ended, so that the book tells what became of every question."""

from charity.adapters import clock
from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.queries.opinions import list_over
from charity.services import opinions

BATCH = 100


def expire(limit: int = BATCH) -> int:
    """End the questions that have run out; gives how many."""
    return sum(opinions.expire(SYSTEM, ref) for ref in list_over(clock.now(), limit))


TURNS = (Turn("opinions", 60.0, expire),)
