"""Carrying counties' lists: some rows in each transaction, so that a worker that is killed goes on where it stopped."""

import structlog

from charity.domain.actors import SYSTEM
from charity.domain.county_lists import ListState
from charity.jobs.loop import Turn
from charity.jobs.rounds import go_round
from charity.queries.county_lists import find_state, list_lists_at_work
from charity.services.register.lists import applying, checking, stopping
from charity.services.register.lists.undoing import forget_old
from charity.services.wishes import listed

_log = structlog.get_logger()
LISTS, CHUNKS = 3, 4


def carry(ref: str) -> int:
    """Carry a list on by one transaction; gives how many rows were done, and nothing when it waits for people."""
    state = find_state(ref)
    if state is ListState.CHECKING:
        done = checking.carry(SYSTEM, ref) or listed.check_needs(SYSTEM, ref)
        if not done:
            checking.finish(SYSTEM, ref)
    elif state is ListState.APPLYING:
        done = applying.carry(SYSTEM, ref) or listed.draft_needs(SYSTEM, ref)
        if not done:
            applying.finish(SYSTEM, ref)
    elif state is ListState.STOPPING:
        done = stopping.carry(SYSTEM, ref)
        if not done:
            applying.finish(SYSTEM, ref)
    else:
        return 0
    return done


def turn_lists() -> int:
    """Carry each list at work on by some rows; the worker asks again while there are any."""
    return sum(go_round("county-lists", list_lists_at_work, lambda row: _turn(row.ref), LISTS))


def _turn(ref: str) -> int:
    done = 0
    for _chunk in range(CHUNKS):
        try:
            carried = carry(ref)
        except Exception as error:  # one list that cannot go on must not keep the others waiting
            _log.exception("county list failed", kind=type(error).__name__)
            break
        done += carried
        if not carried:
            break
    return done


def turn_forgetting() -> int:
    """Wipe what stood in rows of old lists."""
    return forget_old(SYSTEM)


TURNS = (Turn("county-lists", 2.0, turn_lists), Turn("county-lists-forgotten", 3_600.0, turn_forgetting))
