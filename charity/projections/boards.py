"""Boards in Redis: a disposable copy of the book's lines, exact and once-only by leaf number.

Every board remembers the last leaf it took in; a leaf that comes again changes nothing, whichever worker brings it. The
pointer names the generation that readers use and the leaf up to which all its boards are complete.
"""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.adapters.redis import redis_call
from charity.domain.boards import BoardKey, boards_of
from charity.domain.entries import board_lines
from charity.ledger import BEFORE_ALL, Record, entries_after
from charity.models.accounts import Account
from charity.projections.board_keys import POINTER, mark_key, sums_key

BATCH = 500
WRITE_AT_ONCE = 5_000
COMPARE_TRIES = 10

# KEYS: sums, mark. ARGV: leaf, then member, delta pairs. A leaf not above the mark was taken in before.
_TAKE_IN = """
local mark = tonumber(redis.call('GET', KEYS[2]) or '-1')
if tonumber(ARGV[1]) <= mark then return 0 end
for i = 2, #ARGV, 2 do
  local sum = redis.call('ZINCRBY', KEYS[1], ARGV[i + 1], ARGV[i])
  if tonumber(sum) == 0 then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
redis.call('SET', KEYS[2], ARGV[1])
return 1
"""
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

Sums = dict[str, dict[int, int]]


@dataclass(frozen=True, slots=True)
class Pointer:
    """The generation that readers use, the last leaf in it, and when that leaf's entry was made (ISO, may be empty)."""

    generation: str
    leaf: int
    at: str


@dataclass(frozen=True, slots=True)
class Drift:
    """The first difference between the book and the copy."""

    board: str
    account_id: int
    book: int
    copy: int


def find_pointer() -> Pointer | None:
    """Find which copy is in use; None when Redis holds none. Raises RedisDown."""
    said = redis_call(lambda client: client.get(POINTER))
    return None if said is None else Pointer(**json.loads(str(said)))


def catch_up(session: Session) -> int:
    """Take in the leaves after the pointer and tell how many; builds everything anew when there is no copy."""
    pointer = find_pointer()
    if pointer is None:
        return rebuild(session)
    records = entries_after(session, pointer.leaf, limit=BATCH)
    if not records:
        return 0
    accounts = _accounts(session, records)
    redis_call(lambda client: _take_in(client, pointer.generation, records, accounts))
    return len(records)


def _take_in(client: Redis, generation: str, records: list[Record], accounts: Mapping[str, int]) -> None:
    take_in, move = client.register_script(_TAKE_IN), client.register_script(_MOVE)
    for record in records:
        for board, deltas in _deltas([record], accounts).items():
            pairs = [part for pair in deltas.items() for part in pair]
            take_in(keys=[sums_key(generation, board), mark_key(generation, board)], args=[_number(record), *pairs])
    last = records[-1]
    move(keys=[POINTER], args=[generation, _number(last), last.body.at])


def _number(record: Record) -> int:
    if record.number is None:
        raise ValueError("only a leaf has a place in the book's order")
    return record.number


def _accounts(session: Session, records: list[Record]) -> dict[str, int]:
    names = {line.pseudonym for record in records for line in board_lines(record.body) if line.pseudonym}
    if not names:
        return {}
    rows = session.execute(select(Account.pseudonym, Account.id).where(Account.pseudonym.in_(names)))
    return {pseudonym: account_id for pseudonym, account_id in rows}


def _deltas(records: list[Record], accounts: Mapping[str, int]) -> Sums:
    sums: Sums = defaultdict(lambda: defaultdict(int))
    for record in records:
        for line in board_lines(record.body):
            account_id = accounts.get(line.pseudonym or "")
            if account_id is not None:  # an anonymous gift counts in totals, never in anybody's row
                for key in boards_of(line):
                    sums[key.text][account_id] += line.value
    return sums


def sum_book(session: Session, *, until: int | None = None) -> tuple[Sums, int, str]:
    """Sum the book's lines up to a leaf: board -> account -> sum, the last leaf counted, when its entry was made."""
    total: Sums = defaultdict(lambda: defaultdict(int))
    leaf, at = BEFORE_ALL, ""
    while records := _until(entries_after(session, leaf, limit=BATCH), until):
        for board, deltas in _deltas(records, _accounts(session, records)).items():
            for account_id, delta in deltas.items():
                total[board][account_id] += delta
        leaf, at = _number(records[-1]), records[-1].body.at
    exact = {board: {who: value for who, value in sums.items() if value} for board, sums in total.items()}
    return exact, leaf, at


def _until(records: list[Record], until: int | None) -> list[Record]:
    return records if until is None else [record for record in records if _number(record) <= until]


def rebuild(session: Session) -> int:
    """Build a new generation of all boards from the book, then let readers use it; returns the number of boards."""
    sums, leaf, at = sum_book(session)
    generation = secrets.token_hex(4)
    for chunk in _chunks(sums):
        redis_call(lambda client, chunk=chunk: _write(client, generation, chunk, leaf))
    old = find_pointer()
    said = json.dumps({"generation": generation, "leaf": leaf, "at": at})
    redis_call(lambda client: client.set(POINTER, said))
    if old is not None:
        _forget(old.generation)
    return len(sums)


def _chunks(sums: Sums) -> Iterator[list[tuple[str, dict[str, float]]]]:
    """Cut the boards into pieces of a few thousand members, each small enough for one short call."""
    piece: list[tuple[str, dict[str, float]]] = []
    size = 0
    for board, members in sums.items():
        items = list(members.items())
        for start in range(0, max(len(items), 1), WRITE_AT_ONCE):
            part = {str(who): float(value) for who, value in items[start : start + WRITE_AT_ONCE]}
            piece.append((board, part))
            size += len(part) + 1
            if size >= WRITE_AT_ONCE:
                yield piece
                piece, size = [], 0
    if piece:
        yield piece


def _write(client: Redis, generation: str, chunk: list[tuple[str, dict[str, float]]], leaf: int) -> None:
    with client.pipeline(transaction=False) as pipe:
        for board, members in chunk:
            if members:
                pipe.zadd(sums_key(generation, board), members)
            pipe.set(mark_key(generation, board), leaf)
        pipe.execute()


def _forget(generation: str) -> None:
    def unlink(client: Redis) -> None:
        for key in client.scan_iter(match=f"board:{generation}:*", count=1000):
            client.unlink(key)

    redis_call(unlink)


def find_drift(session: Session) -> Drift | None:
    """Compare the copy with the book and find the first difference; None when they agree at the copy's leaf."""
    drift: Drift | None = None
    for _ in range(COMPARE_TRIES):
        while catch_up(session):
            pass
        pointer = find_pointer()
        if pointer is None:
            raise LookupError("there is no copy to compare")
        drift = _compare(session, pointer)
        if drift is None or find_pointer() == pointer:
            break  # otherwise a worker moved the copy on while it was read: look again
    return drift


def _compare(session: Session, pointer: Pointer) -> Drift | None:
    sums, _leaf, _at = sum_book(session, until=pointer.leaf)
    for board in sorted(sums.keys() | _held_boards(pointer.generation)):
        copy, book = _read_board(pointer.generation, board), sums.get(board, {})
        for account_id in sorted(book.keys() | copy.keys()):
            if book.get(account_id, 0) != copy.get(account_id, 0):
                return Drift(board, account_id, book.get(account_id, 0), copy.get(account_id, 0))
    return None


def _held_boards(generation: str) -> set[str]:
    found = redis_call(lambda client: list(client.scan_iter(match=f"board:{generation}:*:sums", count=1000)))
    return {str(key).partition("{")[2].partition("}")[0] for key in found}


def _read_board(generation: str, board: str) -> dict[int, int]:
    rows = redis_call(lambda client: client.zrange(sums_key(generation, board), 0, -1, withscores=True))
    return {int(who): int(value) for who, value in rows}


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


def find_place(pointer: Pointer, key: BoardKey, account_id: int) -> Place | None:
    """Find an account's own place on a board; None when it has none. Raises RedisDown."""
    name = sums_key(pointer.generation, key.text)
    found = redis_call(lambda client: client.eval(_FIND, 1, name, str(account_id)))
    if found is None:
        return None
    value, above = (int(each) for each in found)
    return Place(account_id, above + 1, value)
