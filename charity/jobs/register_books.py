"""Once a day, from midnight on in Shanghai: what only the night counts of the register, and the check of its books."""

import structlog

from charity.adapters import clock
from charity.adapters.db import end_reading
from charity.domain.actors import SYSTEM
from charity.domain.calendar import day_of
from charity.jobs.loop import Turn
from charity.queries.register_books import count_at_night, is_checked, list_differences
from charity.services.register import books

_log = structlog.get_logger()


def turn() -> int:
    """Count, compare each level with the sum of the level below, and keep what was found; twice does no harm."""
    day = day_of(clock.now())
    if is_checked(day):
        end_reading()
        return 0
    figures = count_at_night(day)
    end_reading()
    books.keep_figures(SYSTEM, figures=figures)
    villages, found = list_differences()
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


TURNS = (Turn("register-books", 300.0, turn),)
