"""Once a day, from midnight on in Shanghai: who is no child any more, what only the night counts, and the check."""

from collections import Counter
from datetime import date, timedelta

import structlog

from charity.adapters import clock, metrics
from charity.adapters.db import end_reading
from charity.domain.actors import SYSTEM
from charity.domain.calendar import day_of
from charity.jobs.loop import Turn
from charity.jobs.rounds import each
from charity.queries.register_checks import count_next, is_checked, list_differences
from charity.queries.stages import list_grown_up
from charity.services.register import books, stages

_log = structlog.get_logger()
NAME = "register-books"
CLOCKS_APART = timedelta(minutes=5)  # what is recorded is stamped by the database's clock, or another machine's


def turn() -> int:
    """Count, compare each level with the sum of the level below, and keep what was found; twice does no harm."""
    day = day_of(clock.now())
    if is_checked(day):
        end_reading()
        return 0
    began = clock.now() - CLOCKS_APART
    _end_stages(day)
    facts = _count(day)
    found = list_differences(day, since=began)
    end_reading()
    if facts or found.unreadable:  # how many is all that may be said: which ones tells of a family
        metrics.turn_failed(NAME)
        _log.error("register unreadable", births=found.unreadable, facts=facts)
    first = found.differences[0] if found.differences else None
    books.keep_check(
        SYSTEM,
        day=day,
        villages=found.villages,
        differences=len(found.differences),
        region="" if first is None else first.region,
        figure="" if first is None else first.figure,
    )
    if first is None:
        _log.info("register checked", villages=found.villages)
    else:
        _log.error("register differs", differences=len(found.differences), region=first.region[:6], figure=first.figure)
    return 0


def _end_stages(day: date) -> None:
    """End the school stages of those who turned 18, each alone: a stage stands for a child, in books and on pages."""
    after: int | None = 0
    while after is not None:
        found = list_grown_up(day, after=after)
        end_reading()
        each("grown-up", found.refs, lambda ref: stages.end_stages(SYSTEM, refs=[ref]))
        after = found.next


def _count(day: date) -> int:
    """Count, household by household, what only the night counts, and add it up; gives how many answers do not open."""
    after, by_village, unreadable = 0, Counter[tuple[str, str]](), 0
    while (counted := count_next(day, after=after)) is not None:
        end_reading()
        books.keep_homes(SYSTEM, after=after, last=counted.last, figures=counted.homes)
        by_village.update(counted.causes)
        after, unreadable = counted.last, unreadable + counted.unreadable
    end_reading()
    books.keep_figures(SYSTEM, last=after, figures=by_village)
    return unreadable


TURNS = (Turn(NAME, 300.0, turn),)
