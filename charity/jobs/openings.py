"""Opening the circles of agreed lists: a few families in each transaction, so that nobody waits for the whole list."""

import structlog

from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.jobs.rounds import go_round
from charity.queries.circle_deadlines import list_lists_to_open
from charity.services.circles.list_carrying import carry

_log = structlog.get_logger()
LISTS, CHUNKS = 5, 4


def turn_openings() -> int:
    """Open the next circles of each agreed list and count the rows done; the worker asks again while there are any."""
    return sum(go_round("lists", list_lists_to_open, lambda row: _turn(row.ref), LISTS))


def _turn(ref: str) -> int:
    done = 0
    for _chunk in range(CHUNKS):
        try:
            carried = carry(SYSTEM, ref)
        except Exception as error:  # one list that cannot go on must not keep the others waiting
            _log.exception("list failed", kind=type(error).__name__)
            break
        done += carried
        if not carried:
            break
    return done


TURNS = (Turn("openings", 5.0, turn_openings),)
