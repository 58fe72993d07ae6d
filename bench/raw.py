"""The references on the database and on Redis: the least a claim or a board can be."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from bench.site import Site

_TABLES = (
    "CREATE TABLE IF NOT EXISTS raw_wishes"
    " (id integer PRIMARY KEY, wanted integer NOT NULL, committed integer NOT NULL)",
    "CREATE TABLE IF NOT EXISTS raw_circles (id bigint PRIMARY KEY, target integer NOT NULL, taken integer NOT NULL)",
    "CREATE TABLE IF NOT EXISTS raw_pledges (ref text PRIMARY KEY, wish_id integer NOT NULL, donor integer NOT NULL)",
    "CREATE TABLE IF NOT EXISTS raw_entries (ref text PRIMARY KEY, body text NOT NULL)",
)
_TAKE = "UPDATE raw_wishes SET committed = committed + 1 WHERE id = {0} AND committed < wanted"
_BODY = '{"kind":"pledge.claimed","units":1,"v":1,"at":"2026-01-01T00:00:00Z"}' * 4


_AT_ONCE = (
    "WITH taken AS (UPDATE raw_wishes SET committed = committed + 1 WHERE id = 0 AND committed < wanted RETURNING id),"
    " pledge AS (INSERT INTO raw_pledges SELECT %s, id, %s FROM taken)"
    " INSERT INTO raw_entries SELECT %s, %s FROM taken"
)


def prepare_claims(running: Site, wishes: int) -> None:
    """Make the three bare tables beside the real ones, unless they are there."""
    rows = [(number, 1_000_000_000, 0) for number in range(wishes)]
    if "DATABASE_URL" in running.environ:
        with psycopg.connect(running.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(table.encode())
            cursor.executemany("INSERT INTO raw_wishes VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", rows)
        return
    connection = sqlite3.connect(_file(running))
    for table in _TABLES:
        connection.execute(table)
    connection.executemany("INSERT OR IGNORE INTO raw_wishes VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()


def _file(running: Site) -> Path:
    return running.home / "instance" / "charity.db"


def claims_per_second(running: Site, wishes: int, *, clients: int, seconds: float) -> float:
    """Claim in three statements: on PostgreSQL with so many connections, on SQLite with its one writer."""
    if "DATABASE_URL" not in running.environ:
        return _claim_sqlite(running, wishes, seconds)

    def claim(cursor: psycopg.Cursor[object], ref: str, number: int, wish: int) -> None:
        cursor.execute(_TAKE.format("%s").encode(), (wish,))
        cursor.execute(b"INSERT INTO raw_pledges VALUES (%s, %s, %s)", (ref, wish, number))
        cursor.execute(b"INSERT INTO raw_entries VALUES (%s, %s)", (ref, _BODY))

    return _claim_postgresql(running, claim, wishes, clients=clients, seconds=seconds)


def hot_claims_per_second(running: Site, *, clients: int, seconds: float) -> float:
    """Claim one wish: in one statement with so many connections, or in three with SQLite's one writer."""
    if "DATABASE_URL" not in running.environ:
        return _claim_sqlite(running, 1, seconds)

    def claim(cursor: psycopg.Cursor[object], ref: str, number: int, _wish: int) -> None:
        cursor.execute(_AT_ONCE.encode(), (ref, number, ref, _BODY))

    return _claim_postgresql(running, claim, 1, clients=clients, seconds=seconds)


Claim = Callable[[psycopg.Cursor[object], str, int, int], None]


def _claim_postgresql(running: Site, claim: Claim, wishes: int, *, clients: int, seconds: float) -> float:
    done = [0] * clients
    until = time.perf_counter() + seconds

    def work(number: int) -> None:
        chance = random.Random(time.time_ns() + number)
        with psycopg.connect(running.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            while time.perf_counter() < until:
                claim(cursor, f"{chance.getrandbits(96):x}", number, chance.randrange(wishes))
                connection.commit()
                done[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def _claim_sqlite(running: Site, wishes: int, seconds: float) -> float:
    connection = sqlite3.connect(_file(running), isolation_level=None, timeout=30)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    chance, done, began = random.Random(time.time_ns()), 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        ref = f"{chance.getrandbits(96):x}"
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_TAKE.format("?"), (chance.randrange(wishes),))
        connection.execute("INSERT INTO raw_pledges VALUES (?, ?, ?)", (ref, 1, 1))
        connection.execute("INSERT INTO raw_entries VALUES (?, ?)", (ref, _BODY))
        connection.execute("COMMIT")
        done += 1
    spent = time.perf_counter() - began
    connection.close()
    return done / spent


def circles_per_second(running: Site, *, seats: int, chunk: int, seconds: float) -> float:
    """Write the rows of circles, their seats and entries, so many circles a transaction, by one connection."""
    if "DATABASE_URL" in running.environ:
        with psycopg.connect(running.environ["DATABASE_URL"]) as server:
            return _write_circles(server, "%s", seats, chunk, seconds)
    with closing(sqlite3.connect(_file(running), timeout=30)) as file:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=FULL")
        return _write_circles(file, "?", seats, chunk, seconds)


def _write_circles(connection: Any, mark: str, seats: int, chunk: int, seconds: float) -> float:
    cursor, done, began = connection.cursor(), 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        ids = [time.time_ns() + number for number in range(chunk)]
        places = [(f"{number}-{seat}", seat, seat) for number in ids for seat in range(seats)]
        cursor.executemany(f"INSERT INTO raw_circles VALUES ({mark}, {mark}, 0)", [(number, seats) for number in ids])
        cursor.executemany(f"INSERT INTO raw_pledges VALUES ({mark}, {mark}, {mark})", places)
        cursor.executemany(f"INSERT INTO raw_entries VALUES ({mark}, {mark})", [(str(number), _BODY) for number in ids])
        connection.commit()
        done += chunk
    return done / spent
