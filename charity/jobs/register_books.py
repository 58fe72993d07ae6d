"""Once a day, from midnight on in Shanghai: who is no child any more, what only the night counts, and the check."""

from collections import Counter
from datetime import date

import structlog

from charity.adapters import clock
from charity.adapters.db import end_reading
from charity.domain.actors import SYSTEM
from charity.domain.calendar import day_of
from charity.jobs.loop import Turn
from charity.queries.register_checks import count_next, is_checked, list_differences
from charity.queries.stages import list_grown_up
from charity.services.register import books, stages

_log = structlog.get_logger()


def turn() -> int:
    """Count, compare each level with the sum of the level below, and keep what was found; twice does no harm."""
    day = day_of(clock.now())
    if is_checked(day):
        end_reading()
        return 0
    _end_stages(day)
    _count(day)
    villages, found = list_differences(day)
    end_reading()
    first = found[0] if found else None
    books.keep_check(
        SYSTEM,
        day=day,
        villages=villages,
        differences=len(found),
        region="" if first is None else first.region,
        figure="" if first is None else first.figure,
    )
    if first is None:
        _log.info("register checked", villages=villages)
    else:
        _log.error("register differs", differences=len(found), region=first.region[:6], figure=first.figure)
    return 0


def _end_stages(day: date) -> None:
    """End the school stages of those who turned 18: a stage stands for a child, in the books and on the pages."""
    after: int | None = 0
    while after is not None:
        found = list_grown_up(day, after=after)
        end_reading()
        if found.refs:
            stages.end_stages(SYSTEM, refs=found.refs)
        after = found.next


def _count(day: date) -> None:
    """Count, household by household, what only the night counts, and add it up by village."""
    after, by_village = 0, Counter[tuple[str, str]]()
    while (counted := count_next(day, after=after)) is not None:
        end_reading()
        books.keep_homes(SYSTEM, after=after, last=counted.last, figures=counted.homes)
        by_village.update(counted.causes)
        after = counted.last
    end_reading()
    books.keep_figures(SYSTEM, last=after, figures=by_village)


TURNS = (Turn("register-books", 300.0, turn),)
