"""Going round what is due: what cannot be done just now, or fails, never keeps what comes after it waiting.

A row that cannot be done stays in its list, so a list read anew from its head would meet the same rows for ever. A turn
goes on from page to page instead, once round at the most, and begins where the turn before it stopped.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import structlog

from charity.queries.circle_deadlines import Due

# How many rows a turn tries for each that it may do: other turns of the worker wait meanwhile.
TRIES = 5
_log = structlog.get_logger()
_places: dict[str, int] = {}
Pages = Callable[[int, int], list[Due]]
T = TypeVar("T")
R = TypeVar("R")


def go_round(name: str, pages: Pages, work: Callable[[Due], R], limit: int) -> list[R]:
    """Do up to so many rows of a list, read by pages(after, limit) in order of id, and give what came of them.

    It goes on where it stopped the last time; a process that starts anew begins with the first row.
    """
    done: list[R] = []
    for tried, row in enumerate(_round(pages, _places.get(name, 0), limit), start=1):
        _places[name] = row.id
        done += each(name, [row], work)
        if len(done) >= limit or tried >= TRIES * limit:
            return done
    _places.pop(name, None)
    return done


def each(name: str, rows: Iterable[T], work: Callable[[T], R]) -> list[R]:
    """Do rows one by one and give what came of those that could be done."""
    done: list[R] = []
    for row in rows:
        try:
            result = work(row)
        except Exception as error:  # one row that cannot go on must not keep the others waiting
            _log.exception("row failed", what=name, kind=type(error).__name__)
        else:
            done += [result] if result else []
    return done


def _round(pages: Pages, start: int, limit: int) -> Iterator[Due]:
    """Give the rows after a place, then those from the first one up to it."""
    yield from _pages(pages, start, limit)
    if start:
        for row in _pages(pages, 0, limit):
            if row.id > start:
                return
            yield row


def _pages(pages: Pages, after: int, limit: int) -> Iterator[Due]:
    while page := pages(after, limit):
        yield from page
        if len(page) < limit:
            return
        after = page[-1].id
