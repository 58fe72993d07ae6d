"""Forgetting what no longer serves: old sessions, codes, counted tries and answers."""

from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.services import sessions


def sweep() -> int:
    """Delete what is old; there is nothing to hurry for afterwards."""
    sessions.sweep(SYSTEM)
    return 0


TURNS = (Turn("sessions", 3600.0, sweep),)
