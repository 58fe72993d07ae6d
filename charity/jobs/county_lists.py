"""Carrying counties' lists: some rows in each transaction, so that a worker that is killed goes on where it stopped."""

from collections.abc import Callable, Mapping

import structlog

from charity.domain.actors import SYSTEM, Actor
from charity.domain.county_lists import ListState
from charity.jobs.loop import Turn
from charity.jobs.rounds import go_round
from charity.queries.county_lists import find_state, list_lists_at_work
from charity.services.register.lists import applying, checking, staging, stopping, undoing
from charity.services.register.lists.forgetting import forget_old
from charity.services.wishes import listed

_log = structlog.get_logger()
LISTS, CHUNKS = 3, 4
Carry = Callable[[Actor, str], int]
# What is done in each state, one after the other, and what ends it.
WORK: Mapping[ListState | None, tuple[tuple[Carry, ...], Callable[[Actor, str], None]]] = {
    ListState.CLEARING: ((staging.carry,), lambda _actor, _ref: None),  # its last piece leads on
    ListState.CHECKING: ((checking.carry, listed.check_needs), checking.finish),
    ListState.APPLYING: ((applying.carry, listed.draft_needs), applying.finish),
    ListState.STOPPING: ((stopping.carry,), applying.finish),
    ListState.UNDOING: ((undoing.carry,), undoing.finish),
    ListState.RESTORING: ((undoing.carry_back,), undoing.finish_back),
}


def carry(ref: str) -> int:
    """Carry a list on by one transaction; gives how many rows were done, and nothing when it waits for people."""
    state = find_state(ref)
    if state not in WORK:
        return 0
    carry_on, finish = WORK[state]
    done = next(filter(None, (one(SYSTEM, ref) for one in carry_on)), 0)
    if not done:
        finish(SYSTEM, ref)
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
    """Wipe what stood in rows of old lists, and of those that were given up; asked again while there are any."""
    return forget_old(SYSTEM)


TURNS = (Turn("county-lists", 2.0, turn_lists), Turn("county-lists-forgotten", 60.0, turn_forgetting))
