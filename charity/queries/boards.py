"""Boards as people see them: from Redis, or, when it does not serve, from the database with the time they were read."""

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from charity.adapters.clock import now
from charity.adapters.db import reading
from charity.adapters.redis import RedisDown
from charity.domain.actors import Actor
from charity.domain.boards import BoardKey, Metric, Period, may_have_board
from charity.ledger import count_leaves
from charity.models.accounts import Account
from charity.models.pledges import BoardLine, Pledge
from charity.projections import boards
from charity.projections.boards import Place
from charity.queries.donor_names import shown_name

TOP = 100
KEPT = 30.0  # a board read from the database serves this many seconds
FAR_BEHIND = 1_000  # leaves
_kept: dict[tuple[BoardKey, int], tuple[float, "_Read"]] = {}
_totals: dict[BoardKey, tuple[float, int]] = {}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of a board."""

    rank: int
    name: str
    value: int
    is_me: bool


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A board: up to when it is complete, whether it may be behind, its top and the viewer's own place."""

    as_of: datetime | None
    stale: bool
    rows: tuple[BoardRow, ...]
    me: BoardRow | None
    total: int


@dataclass(frozen=True, slots=True)
class _Read:
    as_of: datetime | None
    stale: bool
    places: tuple[Place, ...]
    me: Place | None


def get_board(viewer: Actor, metric: Metric, *, region: str = "", period: Period, limit: int = TOP) -> BoardCard:
    """Show the top of a board and the viewer's own place on it."""
    may_have_board(region)
    key, most = BoardKey(metric, region, period), max(1, min(limit, TOP))
    session = reading()
    try:
        read = _from_redis(session, viewer, key, most)
    except RedisDown:
        read = None
    read = read or _from_database(session, viewer, key, most)
    places = [*read.places, *([] if read.me is None else [read.me])]
    names = _names(session, {place.account_id for place in places})
    return BoardCard(
        as_of=read.as_of,
        stale=read.stale,
        rows=tuple(_row(place, names, viewer) for place in read.places),
        me=None if read.me is None else _row(read.me, names, viewer),
        total=_total(session, key),
    )


def _row(place: Place, names: dict[int, str], viewer: Actor) -> BoardRow:
    return BoardRow(place.rank, names.get(place.account_id, ""), place.value, place.account_id == viewer.account_id)


def _from_redis(session: Session, viewer: Actor, key: BoardKey, limit: int) -> _Read | None:
    pointer = boards.find_pointer()
    if pointer is None:
        return None
    mine = boards.find_place(pointer, key, viewer.account_id) if viewer.is_signed_in else None
    behind = count_leaves(session) - 1 - pointer.leaf
    return _Read(
        as_of=datetime.fromisoformat(pointer.at.replace("Z", "+00:00")) if pointer.at else None,
        stale=behind > FAR_BEHIND,
        places=tuple(boards.list_top(pointer, key, limit=limit)),
        me=mine,
    )


def _from_database(session: Session, viewer: Actor, key: BoardKey, limit: int) -> _Read:
    made, read = _kept.get((key, limit), (float("-inf"), None))
    if read is None or time.monotonic() - made > KEPT:
        read = _Read(as_of=now(), stale=True, places=tuple(_top_in_sql(session, key, limit)), me=None)
        _kept[key, limit] = (time.monotonic(), read)
    mine = _place_in_sql(session, key, viewer.account_id) if viewer.is_signed_in else None
    return _Read(read.as_of, True, read.places, mine)


def _on_board(key: BoardKey) -> list[ColumnElement[bool]]:
    conditions = [BoardLine.metric == key.metric.value]
    if key.region:
        conditions.append(BoardLine.county.startswith(key.region))
    if len(key.period) == 4:
        conditions.append(BoardLine.month.startswith(f"{key.period}-"))
    elif key.period != "all":
        conditions.append(BoardLine.month == key.period)
    return conditions


def _top_in_sql(session: Session, key: BoardKey, limit: int) -> list[Place]:
    total = func.sum(BoardLine.value)
    rows = session.execute(
        select(BoardLine.account_id, total)
        .where(*_on_board(key), BoardLine.account_id.is_not(None))
        .group_by(BoardLine.account_id)
        .having(total != 0)
        .order_by(total.desc(), BoardLine.account_id.desc())
        .limit(limit)
    )
    return boards.ranked((int(account_id or 0), int(value)) for account_id, value in rows)


def _place_in_sql(session: Session, key: BoardKey, account_id: int) -> Place | None:
    mine = session.scalar(select(func.sum(BoardLine.value)).where(*_on_board(key), BoardLine.account_id == account_id))
    if not mine:
        return None
    better = (
        select(BoardLine.account_id)
        .where(*_on_board(key), BoardLine.account_id.is_not(None))
        .group_by(BoardLine.account_id)
        .having(func.sum(BoardLine.value) > mine)
        .subquery()
    )
    above = session.scalar(select(func.count()).select_from(better)) or 0
    return Place(account_id, above + 1, int(mine))


def _total(session: Session, key: BoardKey) -> int:
    made, total = _totals.get(key, (float("-inf"), 0))
    if time.monotonic() - made > KEPT:
        total = int(session.scalar(select(func.coalesce(func.sum(BoardLine.value), 0)).where(*_on_board(key))) or 0)
        _totals[key] = (time.monotonic(), total)
    return total


def _names(session: Session, account_ids: set[int]) -> dict[int, str]:
    """Name donors as they asked to be named on their newest gift that is not anonymous."""
    if not account_ids:
        return {}
    newest = (
        select(BoardLine.account_id, func.max(BoardLine.pledge_id).label("pledge_id"))
        .where(BoardLine.account_id.in_(account_ids))
        .group_by(BoardLine.account_id)
        .subquery()
    )
    rows = session.execute(
        select(Account.id, Account.ref, Account.nickname, Account.public_name_sealed, Pledge.display)
        .join(newest, newest.c.account_id == Account.id)
        .join(Pledge, Pledge.id == newest.c.pledge_id)
    )
    return {row.id: shown_name(row.ref, row.nickname, row.public_name_sealed, row.display) for row in rows}


def forget_read() -> None:
    """Forget what was read from the database, between tests."""
    _kept.clear()
    _totals.clear()
