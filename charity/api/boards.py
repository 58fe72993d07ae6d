"""Boards over the API."""

from flask import Blueprint
from spectree import Response

from charity.api.shapes import Board, BoardLine, BoardQuery, Problem
from charity.api.spec import spec
from charity.api.wishes import TOKEN, iso
from charity.domain.boards import parse_metric, parse_period
from charity.queries.boards import BoardRow, get_board
from charity.web.kit.doors import OPEN
from charity.web.kit.viewer import viewer

bp = Blueprint("api_boards", __name__)
DOORS = {"show": OPEN}


@bp.get("/api/v1/boards/<metric>")
@spec.validate(resp=Response(HTTP_200=Board, HTTP_422=Problem), tags=["boards"], security=[{}, TOKEN])
def show(metric: str, query: BoardQuery) -> dict[str, object]:
    """Give the top of a board, and with a token the caller's own place."""
    board = get_board(
        viewer(),
        parse_metric(metric),
        region=query.region,
        period=parse_period(query.period),
        limit=query.limit,
    )
    return Board(
        as_of=None if board.as_of is None else iso(board.as_of),
        stale=board.stale,
        rows=[_line(row) for row in board.rows],
        me=None if board.me is None else _line(board.me),
    ).model_dump()


def _line(row: BoardRow) -> BoardLine:
    return BoardLine(rank=row.rank, name=row.name, value=row.value)
