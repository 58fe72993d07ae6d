"""The calendar of circles: offers, starts, notices, months opened and settled, renewals and ends."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

from charity.adapters import clock
from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.queries import circle_deadlines as due
from charity.services.circles import clocks, group_seats, months

_log = structlog.get_logger()
Counts = dict[str, int]
T = TypeVar("T")
LIMIT = 200


def turn_circles(limit: int = LIMIT) -> Counts:
    """Do what is due for circles now, each row on its own, and count it; running it twice or late does no harm."""
    now = clock.now()
    counts: Counter[str] = Counter()
    reminders, offers = due.list_reminders(now, limit), due.list_due_offers(now, limit)
    counts["seat-reminders"] = _each("seat-reminders", reminders, lambda ref: clocks.offer_reminder(SYSTEM, ref))
    counts["seat-offers"] = _each("seat-offers", offers, lambda ref: clocks.offer_due(SYSTEM, ref))
    # Groups find whoever answers for them before their months open.
    orphaned = due.list_orphaned_groups(limit)
    counts["groups"] = _each("groups", orphaned, lambda ref: group_seats.settle(SYSTEM, ref))
    # Months are settled before terms end and before new ones open: what was promised first is told first.
    settled = due.list_months_to_settle(now, limit)
    counts["months-settled"] = _each("months", settled, lambda number: months.settle_month(SYSTEM, number))
    days = due.list_days(now, limit)
    counts["circle-days"] = _each("circle-days", days, lambda ref: clocks.turn_day(SYSTEM, ref))
    opened = due.list_months_to_open(now, limit)
    counts["months-opened"] = _each("months", opened, lambda ref: months.open_month(SYSTEM, ref))
    wishes = due.list_wishes_to_settle(now, limit)
    counts["circle-wishes"] = _each("circle-wishes", wishes, lambda ref: months.settle_wish(SYSTEM, ref))
    return {name: count for name, count in counts.items() if count}


def _each(name: str, rows: Iterable[T], work: Callable[[T], object]) -> int:
    done = 0
    for row in rows:
        try:
            done += bool(work(row))
        except Exception as error:  # one row that cannot go on must not keep the others waiting
            _log.exception("circle failed", what=name, kind=type(error).__name__)
    return done


TURNS = (Turn("circles", 60.0, lambda: sum(turn_circles().values())),)
