"""Questions about officers that wait for their office: it is reminded, told that they are late, and they end."""

from charity.adapters import clock
from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.jobs.rounds import each
from charity.queries.organisations.waiting import list_changes_to_turn
from charity.services.organisations import officer_clocks

BATCH = 100


def turn_officers(limit: int = BATCH) -> int:
    """Do what the clocks of open questions ask for; gives to how many something was done."""
    return len(each("officers", list_changes_to_turn(clock.now(), limit), lambda ref: officer_clocks.due(SYSTEM, ref)))


TURNS = (Turn("officers", 60.0, turn_officers),)
