"""The pool of intentions: telling of offers, letting them run out, and offering the next fitting wishes.

Each row is done in a transaction of its own under the lock of its intention, so that a turn may be cut off anywhere, or
run by several workers at once, and no intention ever has two offers.
"""

from collections.abc import Callable

import structlog

from charity.adapters import clock
from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.queries import intentions as due
from charity.services.pledges import intentions

_log = structlog.get_logger()
BATCH = 100


def tend(limit: int = BATCH) -> int:
    """Tell, then let run out, then offer; gives how much was done."""
    now = clock.now()
    # Reminders of what is due anyway come first, so that nobody is passed over unaware even after a stop of the worker.
    done = _each("reminder", due.list_offer_reminders(now, limit), lambda ref: intentions.offer_reminder(SYSTEM, ref))
    done += _each("expiry", due.list_offers_due(now, limit), lambda ref: intentions.offer_due(SYSTEM, ref))
    done += _each("end", due.list_over(now, limit), lambda ref: intentions.over(SYSTEM, ref))
    return done + _each("offer", due.list_to_look(now, limit), lambda ref: intentions.look(SYSTEM, ref))


def let_go(limit: int = BATCH) -> int:
    """Let go of offers whose wish is gone, so that nobody opens one in vain."""
    return _each("gone", due.list_offers_gone(limit), lambda ref: intentions.offer_gone(SYSTEM, ref))


def _each(name: str, refs: list[str], work: Callable[[str], bool]) -> int:
    done = 0
    for ref in refs:
        try:
            done += work(ref)
        except Exception as error:  # one row that cannot go on must not keep the others waiting
            _log.exception("intention failed", what=name, kind=type(error).__name__)
    return done


TURNS = (Turn("intentions", 5.0, tend), Turn("intentions-gone", 60.0, let_go))
