"""The references on the database and on Redis: the least a claim or a board can be."""

import random
import sqlite3
import threading
import time
from pathlib import Path

import psycopg

from bench.site import Site

_TABLES = (
    "CREATE TABLE raw_wishes (id integer PRIMARY KEY, wanted integer NOT NULL, committed integer NOT NULL)",
    "CREATE TABLE raw_pledges (ref text PRIMARY KEY, wish_id integer NOT NULL, donor integer NOT NULL)",
    "CREATE TABLE raw_entries (ref text PRIMARY KEY, body text NOT NULL)",
)
_TAKE = "UPDATE raw_wishes SET committed = committed + 1 WHERE id = {0} AND committed < wanted"
_BODY = '{"kind":"pledge.claimed","units":1,"v":1,"at":"2026-01-01T00:00:00Z"}' * 4


def prepare_claims(running: Site, wishes: int) -> None:
    """Make the three bare tables beside the real ones."""
    rows = [(number, 1_000_000_000, 0) for number in range(wishes)]
    if "DATABASE_URL" in running.environ:
        with psycopg.connect(running.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(table.encode())
            cursor.executemany("INSERT INTO raw_wishes VALUES (%s, %s, %s)", rows)
        return
    connection = sqlite3.connect(_file(running))
    for table in _TABLES:
        connection.execute(table)
    connection.executemany("INSERT INTO raw_wishes VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()


def _file(running: Site) -> Path:
    return running.home / "instance" / "charity.db"


def claims_per_second(running: Site, wishes: int, *, clients: int, seconds: float) -> float:
    """Claim in three statements: on PostgreSQL with so many connections, on SQLite with its one writer."""
    if "DATABASE_URL" not in running.environ:
        return _claim_sqlite(running, wishes, seconds)
    done = [0] * clients
    until = time.perf_counter() + seconds

    def work(number: int) -> None:
        chance = random.Random(time.time_ns() + number)
        with psycopg.connect(running.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            while time.perf_counter() < until:
                ref = f"{chance.getrandbits(96):x}"
                cursor.execute(_TAKE.format("%s").encode(), (chance.randrange(wishes),))
                cursor.execute(b"INSERT INTO raw_pledges VALUES (%s, %s, %s)", (ref, 1, number))
                cursor.execute(b"INSERT INTO raw_entries VALUES (%s, %s)", (ref, _BODY))
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
