"""Keeping the wall's index true: built from SQL, marked from the book, built anew when wishes come or time has passed.

A claim that fills a wish, a withdrawal or a wish gone stale is marked in the file as it stands, one byte each. A wish
that comes onto the wall needs a new building; so do impressions, pace and the lag of regions, which always change.
"""

import time
from pathlib import Path

import structlog
from flask import current_app

from charity.adapters.clock import now
from charity.adapters.db import reading
from charity.adapters.ranking import alone, index_path
from charity.adapters.wall_index import Stamp, mark_gone, open_index, write_index
from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.queries.ranking.building import build_columns
from charity.queries.ranking.following import Changes, find_changes
from charity.services import ranking

LOOK_EVERY, SUM_EVERY, FORGET_EVERY = 1.0, 5.0, 3_600.0
BUILD_EVERY, BUILD_AGAIN = 300.0, 10.0
_SHARE = 20  # building takes at most a twentieth of the worker's time
_log = structlog.get_logger()


class Keeper:
    """Remembers, between two looks, how far the book was read and whether wishes have come that the index lacks."""

    def __init__(self) -> None:
        self._stamp: Stamp | None = None
        self._leaf = -1
        self._lacks = False
        self._built = float("-inf")
        self._took = 0.0

    def look(self) -> int:
        """Follow the book, and build anew when it is time; gives how many wishes were marked."""
        path = _path()
        opened = open_index(path)
        if opened is None:
            self._build(path)
            return 0
        if opened.stamp != self._stamp:  # another process has built it, or this one has just begun
            self._stamp, self._leaf, self._lacks = opened.stamp, opened.stamp.leaf, False
        changes = find_changes(reading(), self._leaf)
        marked = self._mark(path, changes)
        if self._is_due(opened.stamp):
            self._build(path)
        return marked if not changes.is_all else 0

    def _mark(self, path: Path, changes: Changes) -> int:
        marked = mark_gone(path, changes.off) if changes.off else 0
        held = mark_gone(path, changes.on, gone=False) if changes.on else 0
        self._lacks = self._lacks or held < len(changes.on)
        self._leaf = changes.leaf
        return marked + held

    def _is_due(self, stamp: Stamp) -> bool:
        since = time.monotonic() - self._built
        if since < max(BUILD_AGAIN, _SHARE * self._took):
            return False
        return self._lacks or stamp.age(now()).total_seconds() >= BUILD_EVERY

    def _build(self, path: Path) -> None:
        began = time.monotonic()
        stamp = build(path)
        if stamp is not None:
            self._stamp, self._leaf, self._lacks = stamp, stamp.leaf, False
        self._built, self._took = time.monotonic(), time.monotonic() - began


def build(path: Path) -> Stamp | None:
    """Build the index from SQL in one step; None when another process is just doing it."""
    with alone(path) as is_alone:
        if not is_alone:
            return None
        began, moment = time.monotonic(), now()
        built = build_columns(reading(), moment)
        stamp = write_index(path, built.columns, leaf=built.leaf, at=moment, kinds=built.kinds)
    _log.info("wall index built", wishes=stamp.rows, leaf=stamp.leaf, seconds=round(time.monotonic() - began, 2))
    return stamp


def _path() -> Path:
    return index_path(current_app.extensions["settings"])


_keeper = Keeper()


def follow() -> int:
    """Keep the index true."""
    return _keeper.look()


def sum_up() -> int:
    """Add what was seen to the sums; asked again at once while there is more."""
    return ranking.sum_up(SYSTEM)


def forget() -> int:
    """Delete lists that are over their time."""
    return ranking.forget(SYSTEM)


TURNS = (
    Turn("wall index", LOOK_EVERY, follow),
    Turn("impressions", SUM_EVERY, sum_up),
    Turn("old lists", FORGET_EVERY, forget),
)
