"""What one act costs: processor time of the web process and of PostgreSQL, bytes sent, bytes a row takes.

python -m bench.costs [--pledges 100000] measures on a site of its own and prints one JSON object. It is processor time,
not time of the clock, so that others at work on the machine change little; docs/scale.md reckons with it.
"""

import argparse
import gzip
import itertools
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from redis import Redis
from sqlalchemy import text

from bench.bulk.make import PASSWORD, POSTER, Bulk, fill
from bench.depth import sign_in
from bench.effort import Meter
from bench.ground import Ground
from bench.lines import _fill_board  # pyright: ignore[reportPrivateUsage]
from bench.site import Site, site, told_by
from charity import ledger
from charity.adapters.db import db, end_reading, reading, transaction
from charity.adapters.passwords import hash_password, is_right
from charity.domain.actors import Actor
from charity.factory import create_app
from charity.queries.wall import list_wall
from charity.services.accounts import make_token
from tests.kit.client import Client

TABLES = ("wishes", "pledges", "pledge_steps", "entries", "leaves", "tree_nodes", "accounts", "notices", "board_lines")
MORE = ("given_years", "household_sides")
TIMES, GIVERS, MEMBERS = 200, 40, 100_000


def measure(pledges: int) -> dict[str, Any]:
    """Measure on a fresh site with PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, site(Path(folder), "postgresql") as running:
        bulk = fill(running, pledges, pledges)
        before = _memory(running)
        _fill_board(running, Ground([], "", [], [bulk.first_donor]), MEMBERS)
        member = (_memory(running) - before) / MEMBERS
        seen = told_by(running, "bench.costs", "--here", given=bulk.told())
    return seen | {"board_bytes_a_member": round(member)}


def _memory(running: Site) -> int:
    with Redis.from_url(running.redis.url) as client:
        return int(client.info("memory")["used_memory"])


def _cost(meter: Meter, work: Callable[[], object], times: int = TIMES) -> dict[str, float]:
    """Give the median of the processor time that many tries took here and in the database."""
    work()
    tries = [meter.measure(work) for _try in range(times)]
    here, there = (median(getattr(each, part) for each in tries) for part in ("here", "database"))
    return {"web": round(here, 2), "database": round(there, 2)}


def costs_here(app: Flask, bulk: Bulk) -> dict[str, Any]:
    """Measure this application: acts, answers and rows."""
    visitor, poster, number = Client(app, app.response_class), sign_in(app), itertools.count()
    givers = [
        make_token(Actor(account_id=bulk.first_donor + place, ref=str(place), verified=True), name="bench")
        for place in range(GIVERS)
    ]
    tokens, refs = itertools.cycle(givers), itertools.cycle(bulk.refs)
    wish = list_wall(Actor(account_id=0, ref="")).cards[0].ref
    end_reading()

    def get(client: Client, path: str, **headers: str) -> bytes:
        answer = client.get(path, headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        return answer.data

    def claim() -> None:
        key = f"bench-costs-{next(number):08}"
        headers = {"Authorization": f"Bearer {next(tokens)}", "Idempotency-Key": key}
        answer = visitor.post(f"/api/v1/wishes/{next(refs)}/pledges", json={"units": 1}, headers=headers)
        if answer.status_code != 201:
            raise SystemExit(f"a claim answered {answer.status_code}: {answer.text[:200]}")

    def seal() -> int:
        with transaction() as tx:
            return ledger.sequence(tx)

    hashed, meter = hash_password(PASSWORD), Meter(db.engine)
    board = {"Authorization": f"Bearer {givers[0]}"}
    pages: dict[str, Callable[[], bytes]] = {
        "wall": lambda: get(visitor, f"/wishes?kind=goods&bench={next(number)}"),
        "wish": lambda: get(visitor, f"/wishes/{wish}"),
        "board": lambda: get(visitor, "/api/v1/boards/wishes?period=all&limit=100", **board),
        "inbox": lambda: get(poster, "/inbox"),
    }
    acts = {name: _cost(meter, ask) for name, ask in pages.items()}
    acts |= {"claim": _cost(meter, claim, GIVERS * 3), "password": _cost(meter, lambda: is_right(hashed, PASSWORD), 10)}
    waiting = int(reading().execute(text("SELECT count(*) FROM entry_queue")).scalar_one())
    sealing = meter.measure(seal)  # what the claims have put into the book
    acts["entry sealed"] = {
        "web": round(sealing.here / waiting, 3),
        "database": round(sealing.database / waiting, 3),
    }
    return {
        "acts": acts,
        "sent": {name: len(gzip.compress(ask(), 6)) for name, ask in pages.items()},
        "row": {table: _row(table) for table in (*TABLES, *MORE)},
        "of": {"pledges": bulk.pledges, "wishes": bulk.wishes, "reader": POSTER.partition("@")[0]},
    }


def _row(table: str) -> int:
    """Give the bytes a row takes, with its indexes."""
    size = text(f"SELECT pg_total_relation_size('{table}') / greatest(1, (SELECT count(*) FROM {table}))")
    found = int(reading().execute(size).scalar_one())
    end_reading()
    return found


def main() -> None:
    """Measure, or, told so, be the process in which is measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.costs")
    parser.add_argument("--pledges", type=int, default=100_000)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.here:
        print(json.dumps(measure(options.pledges)))
        return
    made = create_app()
    with made.app_context():
        print(json.dumps(costs_here(made, Bulk(**json.load(sys.stdin)))))


if __name__ == "__main__":
    main()
