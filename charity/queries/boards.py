"""Boards as people see them: from Redis, or, when it does not serve, from the database with the time they were read."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from charity.adapters.clock import now
from charity.adapters.db import reading
from charity.adapters.redis import RedisDown
from charity.domain.actors import Actor
from charity.domain.boards import BoardKey, Display, Metric, Period, may_have_board
from charity.ledger import count_leaves
from charity.models.accounts import Account
from charity.models.circles import Seat
from charity.models.pledges import BoardLine, Pledge
from charity.projections import boards
from charity.projections.boards import Place, Pointer
from charity.queries.donor_names import shown_name

TOP = 100
KEPT = 30.0  # a board read from the database serves this many seconds
FAR_BEHIND = 1_000  # leaves
TOP_KEPT = 1.0  # and one that Redis gave
MOST_KEPT = 500
_tops: dict[tuple[BoardKey, int], tuple[float, "Top"]] = {}
_totals: dict[BoardKey, tuple[float, int]] = {}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of a board."""

    rank: int
    name: str
    value: int
    is_me: bool


@dataclass(frozen=True, slots=True, eq=False)
class Top:
    """The first places of a board as a copy read them; each reading is a thing of its own."""

    as_of: datetime | None
    stale: bool
    rows: tuple[BoardRow, ...]
    accounts: Mapping[int, int]  # where in the rows each account stands
    pointer: Pointer | None  # None: read from the database


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A board: up to when it is complete, whether it may be behind, its top and the viewer's own place."""

    top: Top
    rows: tuple[BoardRow, ...]
    me: BoardRow | None
    total: int

    @property
    def as_of(self) -> datetime | None:
        """Up to when the board is complete."""
        return self.top.as_of

    @property
    def stale(self) -> bool:
        """Whether the board may be behind."""
        return self.top.stale


def get_board(viewer: Actor, metric: Metric, *, region: str = "", period: Period, limit: int = TOP) -> BoardCard:
    """Show the top of a board, at most a second old, and the viewer's own place on it, as it is now."""
    may_have_board(region)
    key, most = BoardKey(metric, region, period), max(1, min(limit, TOP))
    session = reading()
    try:
        top, mine = _from_redis(session, viewer, key, most)
    except RedisDown:
        top, mine = _from_database(session, viewer, key, most)
    rows, here = top.rows, top.accounts.get(viewer.account_id)
    if here is not None:
        rows = (*rows[:here], replace(rows[here], is_me=True), *rows[here + 1 :])
    me = None
    if mine is not None:
        name = rows[here].name if here is not None else _names(session, {viewer.account_id}).get(viewer.account_id, "")
        me = BoardRow(mine.rank, name, mine.value, is_me=True)
    return BoardCard(top=top, rows=rows, me=me, total=_total(session, key))


def _from_redis(session: Session, viewer: Actor, key: BoardKey, limit: int) -> tuple[Top, Place | None]:
    """Give a kept copy of the top and the own place of now; RedisDown also when Redis holds no boards."""
    top = find_kept(key, limit) or _read_top(session, key, limit)
    mine = _find_mine(top, key, viewer)
    if mine is None and viewer.is_signed_in and boards.find_pointer() != top.pointer:
        top = _read_top(session, key, limit)  # the boards were built anew since
        mine = _find_mine(top, key, viewer)
    return top, mine


def find_kept(key: BoardKey, limit: int) -> Top | None:
    """Find the top that Redis gave within the last second."""
    made, top = _tops.get((key, limit), (float("-inf"), None))
    return None if top is None or top.pointer is None or time.monotonic() - made > TOP_KEPT else top


def _find_mine(top: Top, key: BoardKey, viewer: Actor) -> Place | None:
    if not viewer.is_signed_in or top.pointer is None:
        return None
    return boards.find_place(top.pointer, key, viewer.account_id)


def _read_top(session: Session, key: BoardKey, limit: int) -> Top:
    pointer = boards.find_pointer()
    if pointer is None:
        raise RedisDown
    behind = count_leaves(session) - 1 - pointer.leaf
    as_of = datetime.fromisoformat(pointer.at.replace("Z", "+00:00")) if pointer.at else None
    places = boards.list_top(pointer, key, limit=limit)
    return _keep(_top(session, as_of, behind > FAR_BEHIND, places, pointer), key, limit)


def _top(
    session: Session, as_of: datetime | None, stale: bool, places: Sequence[Place], pointer: Pointer | None
) -> Top:
    names = _names(session, {place.account_id for place in places})
    rows = tuple(BoardRow(each.rank, names.get(each.account_id, ""), each.value, is_me=False) for each in places)
    return Top(as_of, stale, rows, {place.account_id: at for at, place in enumerate(places)}, pointer)


def _keep(top: Top, key: BoardKey, limit: int) -> Top:
    if len(_tops) >= MOST_KEPT:
        _tops.clear()
    _tops[key, limit] = (time.monotonic(), top)
    return top


def _from_database(session: Session, viewer: Actor, key: BoardKey, limit: int) -> tuple[Top, Place | None]:
    made, top = _tops.get((key, limit), (float("-inf"), None))
    if top is None or top.pointer is not None or time.monotonic() - made > KEPT:
        top = _keep(_top(session, now(), True, _top_in_sql(session, key, limit), None), key, limit)
    return top, _place_in_sql(session, key, viewer.account_id) if viewer.is_signed_in else None


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


_newest = (
    select(BoardLine.account_id, func.max(BoardLine.pledge_id).label("pledge_id"))
    .where(BoardLine.account_id.in_(bindparam("accounts", expanding=True)))
    .group_by(BoardLine.account_id)
    .subquery()
)
_NAMES = (
    select(Account.id, Account.ref, Account.nickname, Account.public_name_sealed, Pledge.display)
    .join(_newest, _newest.c.account_id == Account.id)
    .join(Pledge, Pledge.id == _newest.c.pledge_id)
)
_chosen = (
    select(Seat.display)
    .where(Seat.account_id == Account.id, Seat.accepted_at.is_not(None), Seat.display != Display.ANONYMOUS.value)
    .order_by(Seat.id.desc())
    .limit(1)
    .scalar_subquery()
)
_SEATED = select(
    Account.id,
    Account.ref,
    Account.nickname,
    Account.public_name_sealed,
    func.coalesce(_chosen, Display.NICKNAME.value).label("display"),
).where(Account.id.in_(bindparam("accounts", expanding=True)))


def _names(session: Session, account_ids: set[int]) -> dict[int, str]:
    """Name donors as they asked to be named on their newest gift, or seat without gifts, that is not anonymous."""
    named: dict[int, str] = {}
    for asked in (_NAMES, _SEATED):
        left = account_ids - named.keys()
        rows = session.connection().execute(asked, {"accounts": list(left)}) if left else ()
        named |= {row.id: shown_name(row.ref, row.nickname, row.public_name_sealed, row.display) for row in rows}
    return named


def forget_read() -> None:
    """Forget what was read from the database, between tests."""
    _tops.clear()
    _totals.clear()
