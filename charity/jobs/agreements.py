"""Pairing agreements whose last day has passed: each is ended, so that none runs on for ever."""

from charity.adapters import clock
from charity.domain.actors import SYSTEM
from charity.domain.calendar import day_of
from charity.jobs.loop import Turn
from charity.queries.organisations.agreements import list_over
from charity.services.organisations import agreements

BATCH = 100


def run_out(limit: int = BATCH) -> int:
    """End the agreements that have run out; gives how many."""
    return sum(agreements.run_out(SYSTEM, ref) for ref in list_over(day_of(clock.now()), limit))


TURNS = (Turn("agreements", 3600.0, run_out),)
