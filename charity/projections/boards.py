"""Boards in Redis: a disposable copy of the book's lines, exact and once-only by leaf number.

Every board remembers the last leaf it took in; a leaf that comes again changes nothing, whichever worker brings it. The
pointer names the generation that readers use and the leaf up to which all its boards are complete. They are built anew
by `board_building` and held against the book by `board_comparing`.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import NoScriptError
from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.adapters import redis
from charity.adapters.redis import redis_ask, redis_call
from charity.domain.boards import BoardKey, boards_of
from charity.domain.entries import board_lines
from charity.ledger import Record, entries_after
from charity.models.accounts import Account
from charity.projections.board_keys import POINTER, mark_key, sums_key

BATCH = 500
CHANGES_AT_ONCE = 500  # a call is one stop of the server for everybody

# KEYS: sums and mark of each board. ARGV, for each board: how many changes, the last of their leaves; then leaf,
# account and delta of each. A change whose leaf is not above the board's mark was taken in before.
_TAKE_IN = """
local at = 1
for key = 1, #KEYS, 2 do
  local mark = tonumber(redis.call('GET', KEYS[key + 1]) or '-1')
  local stop, last = at + 2 + 3 * tonumber(ARGV[at]), ARGV[at + 1]
  for i = at + 2, stop - 1, 3 do
    if tonumber(ARGV[i]) > mark then
      local sum = redis.call('ZINCRBY', KEYS[key], ARGV[i + 2], ARGV[i + 1])
      if tonumber(sum) == 0 then redis.call('ZREM', KEYS[key], ARGV[i + 1]) end
    end
  end
  if tonumber(last) > mark then redis.call('SET', KEYS[key + 1], last) end
  at = stop
end
"""
_TAKE_IN_SHA = hashlib.sha1(_TAKE_IN.encode(), usedforsecurity=False).hexdigest()  # Redis's own name for a script
# Move the pointer forward only, and only within the generation it names.
_MOVE = """
local now = redis.call('GET', KEYS[1])
if not now then return 0 end
local said = cjson.decode(now)
if said.generation ~= ARGV[1] or tonumber(ARGV[2]) <= said.leaf then return 0 end
said.leaf = tonumber(ARGV[2])
said.at = ARGV[3]
redis.call('SET', KEYS[1], cjson.encode(said))
return 1
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What a leaf adds to a board's sum of an account."""

    leaf: int
    board: str
    account_id: int
    delta: int


@dataclass(frozen=True, slots=True)
class Pointer:
    """The generation that readers use, the last leaf in it, and when that leaf's entry was made (ISO, may be empty)."""

    generation: str
    leaf: int
    at: str


def find_pointer() -> Pointer | None:
    """Find which copy is in use; None when Redis holds none. Raises RedisDown."""
    said = redis_call(lambda client: client.get(POINTER))
    return None if said is None else Pointer(**json.loads(str(said)))


def catch_up(session: Session) -> int:
    """Take in the leaves after the pointer and tell how many; builds everything anew when there is no copy."""
    pointer = find_pointer()
    if pointer is None:
        return _build(session)
    records = entries_after(session, pointer.leaf, limit=BATCH)
    if not records:
        return 0
    changes = list_changes(session, records)
    is_cluster = redis.is_cluster()
    redis_call(lambda client: take_in(client, pointer.generation, changes, is_cluster=is_cluster))
    last = records[-1]
    said = [pointer.generation, number_of(last), last.body.at]
    redis_call(lambda client: client.eval(_MOVE, 1, POINTER, *said))
    return len(records)


def _build(session: Session) -> int:
    from charity.projections.board_building import BeingBuilt, rebuild  # noqa: PLC0415 (numpy: nobody else needs it)

    try:
        return rebuild(session)
    except BeingBuilt:
        return 0  # another worker is about to finish


def take_in(client: Redis, generation: str, changes: Sequence[Change], *, is_cluster: bool = False) -> None:
    """Add changes, in the order of their leaves, to their boards; what a board took in before is passed over."""
    calls: list[list[str | int]] = []
    for start in range(0, len(changes), CHANGES_AT_ONCE):
        of_boards = defaultdict[str, list[Change]](list)
        for change in changes[start : start + CHANGES_AT_ONCE]:
            of_boards[change.board].append(change)
        # one call for all boards, unless they lie on several servers
        parts = [{board: part} for board, part in of_boards.items()] if is_cluster else [of_boards]
        calls += [_call(generation, part) for part in parts]
    try:
        _run(client, calls)
    except NoScriptError:  # a server that was started since; what ran before is passed over
        client.script_load(_TAKE_IN)
        _run(client, calls)


def _call(generation: str, of_boards: Mapping[str, list[Change]]) -> list[str | int]:
    call: list[str | int] = [2 * len(of_boards)]
    for board in of_boards:
        call += (sums_key(generation, board), mark_key(generation, board))
    for part in of_boards.values():
        call += (len(part), part[-1].leaf)
        for change in part:
            call += (change.leaf, change.account_id, change.delta)
    return call


def _run(client: Redis, calls: list[list[str | int]]) -> None:
    if len(calls) == 1:
        client.execute_command("EVALSHA", _TAKE_IN_SHA, *calls[0])
        return
    with client.pipeline(transaction=False) as pipe:
        for call in calls:
            pipe.execute_command("EVALSHA", _TAKE_IN_SHA, *call)
        pipe.execute()


def number_of(record: Record) -> int:
    """Give the number of a record's leaf."""
    if record.number is None:
        raise ValueError("only a leaf has a place in the book's order")
    return record.number


def list_changes(session: Session, records: Sequence[Record]) -> list[Change]:
    """List what records add to boards, in the order of the book."""
    lines = [(number_of(record), line) for record in records for line in board_lines(record.body) if line.pseudonym]
    accounts = find_accounts(session, {line.pseudonym for _, line in lines if line.pseudonym})
    return [
        Change(leaf, key.text, account_id, line.value)
        for leaf, line in lines
        if (account_id := accounts.get(line.pseudonym or "")) is not None
        for key in boards_of(line)
    ]


def find_accounts(session: Session, names: set[str]) -> dict[str, int]:
    """Find which accounts the book means; an anonymous gift counts in totals, never in anybody's row."""
    if not names:
        return {}
    rows = session.execute(select(Account.pseudonym, Account.id).where(Account.pseudonym.in_(names)))
    return {pseudonym: account_id for pseudonym, account_id in rows}


# One errand instead of two; nothing is written, and only one key is read.
_FIND = """
local value = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not value then return nil end
return {value, tostring(redis.call('ZCOUNT', KEYS[1], '(' .. value, '+inf'))}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An account's place on a board; equal sums share a rank."""

    account_id: int
    rank: int
    value: int


def list_top(pointer: Pointer, key: BoardKey, *, limit: int = 100) -> list[Place]:
    """List the top of a board. Raises RedisDown."""
    name = sums_key(pointer.generation, key.text)
    rows = redis_call(lambda client: client.zrevrange(name, 0, limit - 1, withscores=True))
    return ranked((int(who), int(value)) for who, value in rows)


def ranked(rows: Iterator[tuple[int, int]]) -> list[Place]:
    """Give rows in falling order their ranks: 1, 2, 2, 4."""
    places: list[Place] = []
    for position, (account_id, value) in enumerate(rows, start=1):
        rank = places[-1].rank if places and places[-1].value == value else position
        places.append(Place(account_id, rank, value))
    return places


_FIND_SHA = hashlib.sha1(_FIND.encode(), usedforsecurity=False).hexdigest()


def asking(pointer: Pointer, key: BoardKey) -> bytes:
    """Write the question for somebody's place on a board out, all but whose."""
    name = sums_key(pointer.generation, key.text).encode()
    return b"*5\r\n$7\r\nEVALSHA\r\n$40\r\n%b\r\n$1\r\n1\r\n$%d\r\n%b\r\n" % (_FIND_SHA.encode(), len(name), name)


def ask_place(question: bytes, account_id: int) -> Place | None:
    """Ask a question of `asking`: `find_place` at a third of its cost. RedisDown also when the server forgot it."""
    who = str(account_id).encode()
    found = redis_ask(b"%b$%d\r\n%b\r\n" % (question, len(who), who))
    return None if found is None else Place(account_id, int(found[1]) + 1, int(found[0]))


def find_place(pointer: Pointer, key: BoardKey, account_id: int) -> Place | None:
    """Find an account's own place on a board; None when it has none. Raises RedisDown."""
    name = sums_key(pointer.generation, key.text)
    found = redis_call(lambda client: client.eval(_FIND, 1, name, str(account_id)))
    if found is None:
        return None
    value, above = (int(each) for each in found)
    return Place(account_id, above + 1, value)
