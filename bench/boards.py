"""The lines of the boards beside reading them: building them anew, taking gifts in, and what a member weighs."""

import json
import math
import os
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any

import numpy as np
import psycopg
from flask import current_app
from redis import Redis

from bench.lines import ROUNDS, SECONDS, Line, line, write
from bench.site import Site
from charity.adapters import embedded
from charity.adapters.db import end_reading, reading
from charity.adapters.settings import ROOT
from charity.factory import create_app
from charity.ledger.verifying.snapshots import snapshot
from charity.projections import board_building, boards
from charity.projections.board_keys import sums_key
from charity.projections.board_pouring import pieces
from charity.projections.board_reading import count_lines, read_lines, take_time
from charity.projections.board_sums import Sums, cut, sum_boards
from charity.projections.boards import Change

NAMES = ("board-rebuild", "board-update", "board-memory")
BOARDS = tuple(f"wishes:{region}:all" for region in ("0", "11", "12", "13", "1101", "1102", "110101", "110102"))
# Lines without a county count for the whole country only, on the boards of all time, of the year and of a month: so the
# boards of 15 million donors fit into the memory of a small machine.
MONTHS = ("2026-07", "2026-08")
LINES_A_DONOR = 4 / 3
MOST_UPDATED = 1_000_000  # members of each of the eight boards
_PIECE = 200_000


@dataclass(frozen=True, slots=True)
class Built:
    """What one building took: seconds of ours and of the raw writing, members, bytes of them, megabytes of ours."""

    ours: float
    raw: float
    members: int
    bytes: float
    megabytes: float


def measure(running: Site, backend: str, names: list[str], *, donors: int) -> Iterator[Line]:
    """Measure what was named, on a database and a Redis of their own."""
    updates = min(donors, MOST_UPDATED)
    with _valkey(running) as own:
        if {"board-rebuild", "board-memory"} & set(names):
            built = [Built(**each) for each in _ask(running, own, "build", donors, ROUNDS if donors < 10**6 else 1)]
            if "board-rebuild" in names:
                yield _rebuild_line(backend, donors, built)
            if "board-memory" in names:
                yield _memory_line(donors, built)
        if "board-update" in names:
            for name, what, ours, other in _ask(running, own, "update", updates, ROUNDS):
                more = f"{len(BOARDS)} boards of {updates} donors, {what}, against MULTI with {len(BOARDS)} ZINCRBY"
                yield line(name, ours, other, setting=f"{own.version}, one client, {more}", unit="gifts per second")


def _rebuild_line(backend: str, donors: int, built: list[Built]) -> Line:
    said = (
        f"{backend}, {donors} donors, {math.ceil(donors * LINES_A_DONOR)} lines, {built[0].members} members of"
        f" {2 + len(MONTHS)} boards, ours at most {max(each.megabytes for each in built):.0f} MB above its start,"
        " against the same members in raw pipelined ZADD, by account"
    )
    return line(
        "board-rebuild", [each.ours for each in built], [each.raw for each in built], setting=said, unit="seconds"
    )


def _memory_line(donors: int, built: list[Built]) -> Line:
    said = f"exact boards of {donors} donors and {built[0].members} members as they are stored, against the goal"
    return line("board-memory", [each.bytes for each in built], [115.0], setting=said, unit="bytes a member")


@dataclass(frozen=True, slots=True)
class _Own:
    url: str
    version: str


@contextmanager
def _valkey(running: Site) -> Iterator[_Own]:
    """Start a Redis that holds nothing but boards, with as much memory as they need."""
    started = embedded.start(running.home / "boards", keep=False, memory="8gb")
    if started is None:
        raise SystemExit("no Valkey or Redis on this machine")
    try:
        with Redis.from_url(started.url, decode_responses=True) as client:
            told = client.info("server")
        yield _Own(
            started.url, f"{told.get('server_name', 'redis')} {told.get('valkey_version', told['redis_version'])}"
        )
    finally:
        started.stop()


def _ask(running: Site, own: _Own, what: str, size: int, rounds: int) -> list[Any]:
    """Do it in a process of its own, whose environment is the site's but for Redis."""
    command = [sys.executable, "-m", "bench.boards", what, str(size), str(rounds)]
    environ = os.environ | running.environ | {"REDIS_URL": own.url}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"boards could not be measured: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


_COLUMNS = "entry_id, account_id, beneficiary, county, metric, month, value"
Rows = list[tuple[int, int, int]]


def _lines(donors: int) -> Iterator[Rows]:
    """Draw lines as many gifts leave them, in the order of time, not of donors: whose, in which month, how many."""
    chance = np.random.default_rng(7)
    every = math.ceil(donors * LINES_A_DONOR)
    who = np.concatenate([chance.permutation(donors), chance.integers(0, donors, every - donors)]) + 1
    months, values = chance.integers(0, len(MONTHS), every), chance.integers(1, 4, every)
    for start in range(0, every, _PIECE):
        part = slice(start, start + _PIECE)
        yield list(zip(who[part].tolist(), months[part].tolist(), values[part].tolist(), strict=True))


def _give(donors: int) -> None:
    """Write the lines past every check; their accounts and entries are not what is measured."""
    where = reading().connection().engine.url
    end_reading()
    if where.drivername.startswith("sqlite"):
        with closing(sqlite3.connect(str(where.database), timeout=30)) as file, file:
            into = f"INSERT INTO board_lines ({_COLUMNS}) VALUES (0, ?, 'h1', '', 'wishes', ?, ?)"
            for rows in _lines(donors):
                file.executemany(into, [(who, MONTHS[month], value) for who, month, value in rows])
        return
    plain = where.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as server, server.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        with cursor.copy(f"COPY board_lines ({_COLUMNS}) FROM STDIN".encode()) as copy:
            for rows in _lines(donors):
                said = (f"0\t{who}\th1\t\twishes\t{MONTHS[month]}\t{value}\n" for who, month, value in rows)
                copy.write("".join(said))
        cursor.execute("ANALYZE board_lines")


def _build(donors: int, rounds: int) -> list[Built]:
    _give(donors)
    return [_build_once() for _ in range(rounds)]


def _build_once() -> Built:
    with _client() as client:
        client.execute_command("FLUSHALL", "SYNC")  # what is freed later would be taken for less used
        before, began, high = _used(client), time.perf_counter(), _high()
        board_building.rebuild(reading())
        ours = time.perf_counter() - began
        members = sum(client.zcard(key) for key in client.scan_iter("board:*:sums"))
        held = (_used(client) - before) / members
        client.execute_command("FLUSHALL", "SYNC")
        raw = write(client, _by_account("raw"))
        assert members == sum(client.zcard(key) for key in client.scan_iter("board:*:sums"))
        client.execute_command("FLUSHALL", "SYNC")
    end_reading()
    return Built(ours, raw, members, round(held, 1), round((_high() - high) / 1024, 1))


def _by_account(generation: str) -> Iterator[tuple[bytes, int]]:
    """Write the same members out in the order of accounts."""
    with snapshot(reading().connection().engine) as steady:
        take_time(steady)
        for accounts in cut(count_lines(steady)):
            for sums in sum_boards(read_lines(steady, accounts)):
                order = np.lexsort((sums.accounts, sums.boards))
                columns = (each[order] for each in (sums.boards, sums.accounts, sums.sums))
                yield from pieces(Sums(sums.names, *columns), lambda name: sums_key(generation, name))


def _used(client: Redis) -> int:
    return int(client.info("memory")["used_memory"])


def _high() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _update(donors: int, rounds: int) -> list[tuple[str, str, list[float], list[float]]]:
    """Take gifts in, each by itself and many at once as the worker does; and by MULTI."""
    with _client() as client:
        _fill(client, donors)
        chance, leaves = random.Random(7), count()

        def gift() -> list[Change]:
            leaf, who = next(leaves), chance.randrange(donors)
            return [Change(leaf, board, who, 1) for board in BOARDS]

        def multi() -> None:
            with client.pipeline(transaction=True) as pipe:
                who = chance.randrange(donors)
                for board in BOARDS:
                    pipe.zincrby(sums_key("bench", board), 1, str(who))
                pipe.execute()

        def many() -> None:
            boards.take_in(client, "bench", [change for _ in range(boards.BATCH) for change in gift()])

        rates: dict[str, list[float]] = {"one": [], "many": [], "multi": []}
        for number in range(rounds + 1):
            for name, work, at_once in (
                ("one", lambda: boards.take_in(client, "bench", gift()), 1),
                ("many", many, boards.BATCH),
                ("multi", multi, 1),
            ):
                rate = at_once * _per_second(work)
                if number:
                    rates[name].append(rate)
    return [
        ("board-update", "one gift after the other", rates["one"], rates["multi"]),
        (
            "board-update-batch",
            f"{boards.BATCH} gifts at once, as the worker brings them",
            rates["many"],
            rates["multi"],
        ),
    ]


def _per_second(work: Callable[[], None]) -> float:
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < SECONDS:
        work()
        done += 1
    return done / spent


def _fill(client: Redis, donors: int) -> None:
    chance = random.Random(7)
    for board in BOARDS:
        for start in range(0, donors, 10_000):
            part = {str(who): chance.randint(1, 5_000) for who in range(start, min(donors, start + 10_000))}
            client.zadd(sums_key("bench", board), part)


def _client() -> Redis:
    return Redis.from_url(current_app.extensions["settings"].redis_url, decode_responses=True)


if __name__ == "__main__":
    what, size, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with create_app().app_context():
        made = [asdict(each) for each in _build(size, rounds)] if what == "build" else _update(size, rounds)
    print(json.dumps(made))
