"""A caller's own place beside a kept top, asked past the framework: one statement and one errand to Redis.

It says what `queries/boards.py: get_board` says, from the same kept tops; whoever finds nothing here asks there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from charity.adapters.crypto import digest
from charity.adapters.statements import Statement
from charity.domain.boards import BoardKey
from charity.projections import boards
from charity.queries.accounts.actors import LONGEST_TOKEN
from charity.queries.boards import BoardRow, Top
from charity.queries.donor_names import shown_name

# Who may act by a token at this moment, as `find_actor_by_token`, and under which name, as boards name donors.
_CALLER = Statement(
    "SELECT a.id, a.ref, a.nickname, a.public_name_sealed, coalesce("
    "(SELECT p.display FROM pledges p"
    " WHERE p.id = (SELECT max(b.pledge_id) FROM board_lines b WHERE b.account_id = a.id)),"
    " (SELECT s.display FROM seats s WHERE s.account_id = a.id AND s.accepted_at IS NOT NULL"
    " AND s.display <> 'anonymous' ORDER BY s.id DESC LIMIT 1), 'nickname')"
    " FROM api_tokens t JOIN accounts a ON a.id = t.account_id"
    " WHERE t.token_digest = :asked AND t.ended_at IS NULL AND a.disabled_at IS NULL AND a.closed_at IS NULL"
)


class BuiltAnew(Exception):
    """The boards were built anew since the top was read: what is kept of them says nothing any more."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what his name on a board is made of."""

    account_id: int
    ref: str
    nickname: str
    sealed: bytes | None
    display: str


def callers_of(engine: Callable[[], Engine]) -> Callable[[str], Caller | None]:
    """Give what finds whose a token is, on a database, outside of any request."""
    return lambda token: find_caller(engine(), token)


def find_caller(engine: Engine, token: str) -> Caller | None:
    """Find whose a token is; None when it ended or its account may not act. Raises NotAnswered."""
    if len(token) > LONGEST_TOKEN:
        return None
    row = _CALLER.ask(engine, {"asked": digest("token", token)})
    return None if row is None else Caller(*row)


def question_of(top: Top, key: BoardKey) -> bytes:
    """Write the question for a place beside a top out, once for all callers."""
    return b"" if top.pointer is None else boards.asking(top.pointer, key)


def find_row(top: Top, question: bytes, caller: Caller) -> BoardRow | None:
    """Find the caller's own place as it is now. Raises RedisDown and BuiltAnew."""
    place = boards.ask_place(question, caller.account_id)
    if place is None:
        if boards.find_pointer() != top.pointer:
            raise BuiltAnew
        return None
    here = top.accounts.get(caller.account_id)
    if here is not None:
        name = top.rows[here].name
    else:
        sealed = None if caller.sealed is None else bytes(caller.sealed)
        name = shown_name(caller.ref, caller.nickname, sealed, caller.display)
    return BoardRow(place.rank, name, place.value, is_me=True)
