"""Writing boards into Redis in bulk: commands written out by numpy, sent by a thread of its own while more are made.

Members go in ordered by their sums, so that each lands beside the one before, and a few hundred a command, so that
nobody else waits long.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from redis import Redis

from charity.adapters.redis import PATIENCE, RedisDown, redis_call
from charity.projections.board_sums import Ints, Sums

MEMBERS_AT_ONCE = 500
WRITTEN_AT_ONCE = 1 << 16
PIECE = 1 << 17  # bytes sent at once
_QUEUED = 8  # pieces made and not sent yet
_UNANSWERED = 64  # commands sent whose answers were not read yet
_BEAT = 2.0
_POWERS = 10 ** np.arange(1, 19, dtype=np.int64)
_END = np.frombuffer(b"\r\n", np.uint8)


class Pour:
    """Sends what is put in; leaving waits until all of it is answered. Raises RedisDown, also where it is put in."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self._pieces: queue.Queue[tuple[bytes, int] | None] = queue.Queue(_QUEUED)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="boards", daemon=True)

    def __enter__(self) -> "Pour":
        self._thread.start()
        return self

    def put(self, data: bytes, commands: int) -> None:
        """Send these written-out commands in their turn."""
        while True:
            self._look()
            try:
                self._pieces.put((data, commands), timeout=1.0)
            except queue.Full:
                continue
            return

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if kind is not None:  # what was begun is of no use to anybody
            self._failure = self._failure or RedisDown()
        while self._thread.is_alive():
            try:
                self._pieces.put(None, timeout=0.1)
                break
            except queue.Full:
                continue
        self._thread.join()
        if kind is None:
            self._look()

    def _look(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            redis_call(self._send_all, patience=PATIENCE)
        except BaseException as failure:  # told to whoever puts something in
            self._failure = failure

    def _send_all(self, client: Redis) -> None:
        pool = client.connection_pool
        line = pool.get_connection()
        beaten, waiting, is_whole = time.monotonic(), 0, False
        try:
            for data, commands in self._taken():
                if time.monotonic() - beaten > _BEAT:
                    beaten = time.monotonic()
                    self._beat()
                if commands:
                    line.send_packed_command([data])
                    waiting += commands
                while waiting > _UNANSWERED:
                    line.read_response()
                    waiting -= 1
            for _ in range(waiting):
                line.read_response()
            is_whole = True
        finally:
            if not is_whole:
                line.disconnect()  # answers that nobody read must not meet the next question
            pool.release(line)

    def _taken(self) -> Iterator[tuple[bytes, int]]:
        """Give what was put in, and nothing now and then, so that the beat goes on while the next takes long."""
        while self._failure is None:
            try:
                piece = self._pieces.get(timeout=_BEAT / 2)
            except queue.Empty:
                yield b"", 0
                continue
            if piece is None:
                return
            yield piece


def pieces(found: Sums, key_of: Callable[[str], str]) -> Iterator[tuple[bytes, int]]:
    """Write the sums of some boards out as ZADD commands, a piece at a time with the number of its commands."""
    on = found.sums != 0
    boards, accounts, sums = found.boards[on], found.accounts[on], found.sums[on]
    for first in range(0, len(boards), WRITTEN_AT_ONCE):
        part = slice(first, first + WRITTEN_AT_ONCE)
        held, size, commands = list[bytes](), 0, 0
        for board, count, data in _commands(boards[part], sums[part], accounts[part]):
            key = key_of(found.names[board]).encode()
            held.append(b"*%d\r\n$4\r\nZADD\r\n$%d\r\n%b\r\n%b" % (2 + 2 * count, len(key), key, data))
            size += len(held[-1])
            commands += 1
            if size >= PIECE:
                yield b"".join(held), commands
                held, size, commands = [], 0, 0
        if commands:
            yield b"".join(held), commands


def _commands(boards: Ints, sums: Ints, accounts: Ints) -> Iterator[tuple[int, int, bytes]]:
    """Cut pairs into what one command takes: its board, how many pairs, and these written out."""
    data, ends = written(sums, accounts)
    changes = np.flatnonzero(boards[1:] != boards[:-1]) + 1
    bounds = [0, *changes.tolist(), len(boards)]
    for start, end in pairwise(bounds):
        for at in range(start, end, MEMBERS_AT_ONCE):
            upto = min(end, at + MEMBERS_AT_ONCE)
            yield int(boards[start]), upto - at, data[ends[at] : ends[upto]]


def sets(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[bytes, int]]:
    """Write keys and values out as SET commands, as `pieces` does."""
    held, size = list[bytes](), 0
    for key, value in pairs:
        words = (b"SET", key.encode(), value.encode())
        held.append(b"*3\r\n" + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words))
        size += len(held[-1])
        if size >= PIECE:
            yield b"".join(held), len(held)
            held, size = [], 0
    if held:
        yield b"".join(held), len(held)


def written(sums: Ints, accounts: Ints) -> tuple[bytes, list[int]]:
    """Write (sum, account) pairs as the protocol's bulk strings, a column of digits at once; tell where each ends."""
    wide = max(1, len(str(int(np.abs(sums).max()))))
    digits = np.searchsorted(_POWERS, accounts, side="right") + 1
    most = int(digits.max())
    # "$" length "\r\n" sum "\r\n" "$" length "\r\n" account "\r\n": a sum may have leading zeros, an account may not
    said = f"${wide + 1}\r\n"
    table = np.empty((len(sums), len(said) + wide + 1 + 2 + 1 + 2 + 2 + most + 2), np.uint8)
    at = len(said)
    table[:, :at] = np.frombuffer(said.encode(), np.uint8)
    table[:, at] = np.where(sums < 0, ord("-"), ord("0"))
    _digits(table[:, at + 1 : at + 1 + wide], np.abs(sums))
    at += 1 + wide
    table[:, at : at + 3] = np.frombuffer(b"\r\n$", np.uint8)
    _digits(table[:, at + 3 : at + 5], digits)
    table[:, at + 5 : at + 7] = _END
    _digits(table[:, at + 7 : at + 7 + most], accounts)
    table[:, -2:] = _END
    keep = np.ones(table.shape, np.bool_)
    keep[:, at + 3] = digits >= 10
    keep[:, at + 7 : at + 7 + most] = np.arange(most) >= most - digits[:, None]
    ends = np.concatenate(([0], np.cumsum(keep.sum(axis=1))))
    return (table.tobytes() if keep.all() else table[keep].tobytes()), ends.tolist()


def _digits(table: NDArray[np.uint8], numbers: Ints) -> None:
    left = numbers
    for column in range(table.shape[1] - 1, -1, -1):
        left, digit = np.divmod(left, 10)
        table[:, column] = digit + ord("0")
