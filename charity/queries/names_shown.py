"""The names of donors that a board or a circle shows, for whoever may have to take one out of sight."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from charity.adapters.crypto import digest
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.boards import ALL_TIME, BoardKey, Metric, parse_metric, parse_period
from charity.domain.circle_states import HELD
from charity.domain.concerns import Thing, board_of
from charity.domain.errors import Invalid
from charity.models.accounts import Account
from charity.models.circles import Circle, Seat
from charity.queries.boards import BoardCard, get_board
from charity.queries.donor_names import shown_name

MARK = 13


@dataclass(frozen=True, slots=True)
class NameShown:
    """Somebody's name as it is shown somewhere."""

    ref: str
    text: str
    mark: str = ""


def list_marks(board: BoardCard, key: BoardKey) -> tuple[str, ...]:
    """Give each row of a board a mark by which a concern names it; on another board the same person has another."""
    marks = {at: _mark(key, account_id) for account_id, at in board.top.accounts.items()}
    return tuple(marks.get(at, "") if row.name else "" for at, row in enumerate(board.rows))


def _mark(key: BoardKey, account_id: int) -> str:
    return digest("board-row", f"{key.text}:{account_id}").hex()[:MARK]


def list_names_shown(viewer: Actor, page: str, thing: tuple[Thing, str]) -> Sequence[NameShown]:
    """List whose names a reported page shows now."""
    if thing[0] is Thing.BOARD:
        return _on_board(viewer, page, thing[1])
    return _in_circle(thing[1]) if thing[0] is Thing.CIRCLE else ()


def _on_board(viewer: Actor, page: str, region: str) -> list[NameShown]:
    metric, period = board_of(page)
    try:
        key = BoardKey(parse_metric(metric or Metric.WISHES), region, parse_period(period or ALL_TIME))
    except Invalid:
        return []
    board = get_board(viewer, key.metric, region=key.region, period=key.period)
    ids = {at: account_id for account_id, at in board.top.accounts.items()}
    asked = select(Account.id, Account.ref).where(Account.id.in_(list(ids.values())))
    refs = {account_id: ref for account_id, ref in reading().execute(asked)}
    return [
        NameShown(refs[ids[at]], row.name, _mark(key, ids[at]))
        for at, row in enumerate(board.rows)
        if row.name and ids.get(at) in refs
    ]


def _in_circle(circle_ref: str) -> list[NameShown]:
    rows = reading().execute(
        select(Account.ref, Account.nickname, Account.public_name_sealed, Seat.display)
        .join(Seat, Seat.account_id == Account.id)
        .join(Circle, Circle.id == Seat.circle_id)
        .where(Circle.ref == circle_ref, Seat.group_id.is_(None), Seat.state.in_([state.value for state in HELD]))
        .order_by(Seat.number)
    )
    named = ((ref, shown_name(ref, nickname, sealed, display)) for ref, nickname, sealed, display in rows)
    return [NameShown(ref, text) for ref, text in named if text]
