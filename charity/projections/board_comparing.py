"""Holding the copy against the book: every sum of every board, summed again from the entries themselves.

The book is read once; its lines wait in a file and are compared a range of accounts at a time, so memory stays bounded.
Import this module only where boards are compared: it loads numpy.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np
from sqlalchemy.orm import Session

from charity.adapters.redis import PATIENCE, redis_call
from charity.domain.entries import board_lines
from charity.ledger import BEFORE_ALL, Record, entries_after
from charity.projections.board_keys import PREFIX, board_of, sums_key
from charity.projections.board_sums import BUCKET, Lines, Sums, board_names, cell_of, cut, sum_boards
from charity.projections.boards import BATCH, Pointer, catch_up, find_accounts, find_pointer, number_of

TRIES = 10
ASKED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Drift:
    """The first difference between the book and the copy."""

    board: str
    account_id: int
    book: int
    copy: int


def find_drift(session: Session) -> Drift | None:
    """Compare the copy with the book and find the first difference; None when they agree at the copy's leaf."""
    drift: Drift | None = None
    for _ in range(TRIES):
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
    with tempfile.TemporaryFile() as file:
        book = _Book(file, session, pointer.leaf)
        members = Counter[str]()
        for sums in book.sums():
            found = _differs(pointer.generation, sums, members)
            if found is not None:
                return found
        held = _held_boards(pointer.generation)
        for board in sorted(held | members.keys()):
            found = _spare(pointer.generation, board, book) if _count(pointer, board) != members[board] else None
            if found is not None:
                return found
    return None


class _Book:
    """The lines that the entries carry up to a leaf, in a file."""

    def __init__(self, file: IO[bytes], session: Session, until: int) -> None:
        self._buckets = Counter[int]()
        leaf = BEFORE_ALL
        while records := _until(entries_after(session, leaf, limit=BATCH), until):
            rows = np.array(_rows(session, records), np.int64).reshape(-1, 3)
            file.write(rows.tobytes())
            self._buckets.update((rows[:, 0] // BUCKET).tolist())
            leaf = number_of(records[-1])
        file.flush()
        is_empty = not self._buckets  # which cannot be mapped
        self._rows = np.zeros((0, 3), np.int64) if is_empty else np.memmap(file, np.int64, "r").reshape(-1, 3)

    def sums(self) -> Iterator[Sums]:
        """Sum what the lines say on every board."""
        accounts = self._rows[:, 0]
        for part in cut(sorted(self._buckets.items())):
            rows = self._rows[(accounts >= part.first) & (accounts < part.end)]
            yield from sum_boards(Lines(*rows.T))

    def sums_of(self, board: str) -> dict[int, int]:
        """Sum what the lines say on one board."""
        cells = [cell for cell in np.unique(self._rows[:, 1]).tolist() if board in board_names(cell)]
        rows = self._rows[np.isin(self._rows[:, 1], cells)]
        people, at = np.unique(rows[:, 0], return_inverse=True)
        sums = np.zeros(len(people), np.int64)
        np.add.at(sums, at, rows[:, 2])
        return dict(zip(people.tolist(), sums.tolist(), strict=True))


def _until(records: list[Record], until: int) -> list[Record]:
    return [record for record in records if number_of(record) <= until]


def _rows(session: Session, records: Sequence[Record]) -> list[tuple[int, int, int]]:
    lines = [line for record in records for line in board_lines(record.body) if line.pseudonym]
    accounts = find_accounts(session, {line.pseudonym for line in lines if line.pseudonym})
    owned = ((accounts.get(line.pseudonym or ""), line) for line in lines)
    return [(account_id, cell_of(line), line.value) for account_id, line in owned if account_id is not None]


def _differs(generation: str, sums: Sums, members: Counter[str]) -> Drift | None:
    """Ask the copy for each of these sums, and count on each board those that are not nought."""
    starts = np.flatnonzero(np.concatenate(([True], sums.boards[1:] != sums.boards[:-1])))
    for start, end in zip(starts.tolist(), [*starts.tolist()[1:], len(sums.boards)], strict=True):
        board = sums.names[int(sums.boards[start])]
        members[board] += int(np.count_nonzero(sums.sums[start:end]))
        for at in range(start, end, ASKED_AT_ONCE):
            part = slice(at, min(end, at + ASKED_AT_ONCE))
            accounts, book = sums.accounts[part].tolist(), sums.sums[part].tolist()
            copy = _ask(generation, board, accounts)
            for account_id, said, held in zip(accounts, book, copy, strict=True):
                if said != held:
                    return Drift(board, account_id, said, held)
    return None


def _ask(generation: str, board: str, accounts: list[int]) -> list[int]:
    name = sums_key(generation, board)
    found = redis_call(lambda client: client.zmscore(name, [str(each) for each in accounts]), patience=PATIENCE)
    return [int(value or 0) for value in found]


def _held_boards(generation: str) -> set[str]:
    match = f"{PREFIX}:{generation}:*:sums"
    found = redis_call(lambda client: list(client.scan_iter(match=match, count=1000)), patience=PATIENCE)
    return {board_of(str(key)) for key in found}


def _count(pointer: Pointer, board: str) -> int:
    return redis_call(lambda client: client.zcard(sums_key(pointer.generation, board)))


def _spare(generation: str, board: str, book: _Book) -> Drift | None:
    """Find whom the copy has on a board and the book has not; all that the book has were compared before."""
    name, sums, at = sums_key(generation, board), book.sums_of(board), 0
    while rows := redis_call(
        lambda client, at=at: client.zrange(name, at, at + ASKED_AT_ONCE - 1, withscores=True), patience=PATIENCE
    ):
        for who, value in rows:
            if sums.get(int(who), 0) != int(value):
                return Drift(board, int(who), sums.get(int(who), 0), int(value))
        at += ASKED_AT_ONCE
    return None
