"""The calendar of circles: offers, starts, notices, months opened and settled, renewals and ends."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from charity.adapters import clock
from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.jobs.rounds import Pages, each, go_round
from charity.queries import circle_deadlines as due
from charity.queries.circle_deadlines import Due
from charity.services.circles import clocks, group_seats, months

Counts = dict[str, int]
LIMIT = 200


def turn_circles(limit: int = LIMIT) -> Counts:
    """Do what is due for circles now, each row on its own, and count it; running it twice or late does no harm."""
    now = clock.now()
    counts: Counter[str] = Counter()

    def turn(name: str, pages: Pages, work: Callable[[Due], object]) -> None:
        counts[name] = len(go_round(name, pages, work, limit))

    # An offer that is due is dealt with whatever comes of it, so it never comes back to be in others' way.
    reminders, offers = due.list_reminders(now, limit), due.list_due_offers(now, limit)
    counts["seat-reminders"] = len(each("seat-reminders", reminders, lambda ref: clocks.offer_reminder(SYSTEM, ref)))
    counts["seat-offers"] = len(each("seat-offers", offers, lambda ref: clocks.offer_due(SYSTEM, ref)))
    # Groups find whoever answers for them before their months open.
    turn("groups", due.list_orphaned_groups, lambda row: group_seats.settle(SYSTEM, row.ref))
    # Months are settled before terms end and before new ones open: what was promised first is told first.
    turn("months-settled", partial(due.list_months_to_settle, now), lambda row: months.settle_month(SYSTEM, row.id))
    turn("circle-days", partial(due.list_days, now), lambda row: clocks.turn_day(SYSTEM, row.ref))
    turn("months-opened", partial(due.list_months_to_open, now), lambda row: months.open_month(SYSTEM, row.ref))
    turn("circle-wishes", partial(due.list_wishes_to_settle, now), lambda row: months.settle_wish(SYSTEM, row.ref))
    return {name: count for name, count in counts.items() if count}


TURNS = (Turn("circles", 60.0, lambda: sum(turn_circles().values())),)
