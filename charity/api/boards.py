"""Boards over the API."""

from functools import lru_cache

from flask import Blueprint, request
from flask import Response as Answer
from spectree import Response

from charity.api.shapes import Board, BoardLine, BoardQuery, Problem
from charity.api.spec import spec
from charity.api.wishes import TOKEN, iso
from charity.domain.boards import parse_metric, parse_period
from charity.queries.boards import BoardRow, Top, get_board
from charity.web.kit.doors import OPEN
from charity.web.kit.viewer import viewer

MARK = "charity.board"  # in the environment: which top an answer showed, and whether somebody is signed in
bp = Blueprint("api_boards", __name__)
DOORS = {"show": OPEN}


@bp.get("/api/v1/boards/<metric>")
@spec.validate(resp=Response(HTTP_200=Board, HTTP_422=Problem), tags=["boards"], security=[{}, TOKEN])
def show(metric: str, query: BoardQuery) -> Answer:
    """Give the top of a board, and with a token the caller's own place."""
    board = get_board(
        viewer(),
        parse_metric(metric),
        region=query.region,
        period=parse_period(query.period),
        limit=query.limit,
    )
    request.environ[MARK] = (board.top, viewer().is_signed_in)
    return Answer(f"{said(board.top)}{said_of_me(board.me)}", content_type="application/json")


def said_of_me(me: BoardRow | None) -> str:
    """Write the end of a board: the caller's own place."""
    return f',"me":{"null" if me is None else _line(me).model_dump_json()}}}\n'


@lru_cache(maxsize=64)
def said(top: Top) -> str:
    """Write all of a board but the caller's own place; a copy of the top serves many callers."""
    as_of = None if top.as_of is None else iso(top.as_of)
    board = Board(as_of=as_of, stale=top.stale, rows=[_line(row) for row in top.rows], me=None)
    return board.model_dump_json(exclude={"me"}).removesuffix("}")


def _line(row: BoardRow) -> BoardLine:
    return BoardLine(rank=row.rank, name=row.name, value=row.value)
