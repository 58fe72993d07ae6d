"""python -m bench.simulate [FILE] ...: what each rule of the wall does to wishes and donors, one JSON line a run."""

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import asdict, replace
from pathlib import Path

from bench.matching.demand import read_requests
from charity.domain.matching import WEIGHTS
from charity.matching.simulation import table
from charity.matching.simulation.demand import Demand, make_requests
from charity.matching.simulation.rules import RULES, Shipped
from charity.matching.simulation.table import Figures
from charity.matching.simulation.visitors import STATING, Visits, visits
from charity.matching.simulation.world import Rule

TWIN = 10_000


def ground(
    path: Path | None, *, sizes: str, load: float, seed: int, count: int = TWIN, stating: float = STATING
) -> tuple[Demand, Visits]:
    """Make the wishes and visits that all rules of a run share."""
    low, high = (int(each) for each in sizes.split("-"))
    demand = (
        read_requests(path, sizes=(low, high), seed=seed)
        if path
        else make_requests(count, sizes=(low, high), seed=seed)
    )
    return demand, visits(demand, load=load, seed=seed, stating=stating)


def compare(
    path: Path | None,
    rules: Mapping[str, Rule],
    *,
    sizes: str,
    load: float,
    seed: int,
    count: int = TWIN,
    stating: float = STATING,
) -> Iterator[Figures]:
    """Run rules on the same wishes and visits."""
    demand, coming = ground(path, sizes=sizes, load=load, seed=seed, count=count, stating=stating)
    yield from table.compare(demand, coming, rules, sizes=sizes, load=load, seed=seed)


def asking_units(rule: Rule) -> Rule:
    """Give a rule that shows what has as many units left as the visitor stated to give at once."""
    other = copy(rule)
    other.asks_units = True
    return other


def main() -> None:
    """Compare the rules named, on every load, size and seed named."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulate", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="a CSV of requests; without it the synthetic twin")
    parser.add_argument("--loads", default="0.8", help="units offered / needed, as 0.5,0.8,1.1")
    parser.add_argument("--sizes", default="2-6", help="sizes of groups, as 2-6,3-9")
    parser.add_argument("--seeds", default="0,1")
    parser.add_argument("--rules", default=",".join(RULES))
    parser.add_argument("--count", type=int, default=TWIN, help="wishes of the synthetic twin")
    parser.add_argument(
        "--stating", type=float, default=STATING, help="the share of donors who stated how many units they give"
    )
    parser.add_argument(
        "--all-ask-units", action="store_true", help="let the other rules ask for the stated number of units, too"
    )
    parser.add_argument(
        "--changed", default="", help="compare other weights of the lift, as finish=300,first_helper=300"
    )
    options = parser.parse_args()
    rules = {name: RULES[name] for name in options.rules.split(",")}
    if options.all_ask_units:
        rules = {name: asking_units(rule) for name, rule in rules.items()}
    if options.changed:
        changes = {name: int(points) for name, points in (each.split("=") for each in options.changed.split(","))}
        rules["changed"] = Shipped(replace(WEIGHTS, version="changed", **changes))
    for sizes in options.sizes.split(","):
        for load in options.loads.split(","):
            for seed in options.seeds.split(","):
                found = compare(
                    options.file,
                    rules,
                    sizes=sizes,
                    load=float(load),
                    seed=int(seed),
                    count=options.count,
                    stating=options.stating,
                )
                began = time.perf_counter()
                for each in found:
                    took = round(time.perf_counter() - began, 1)
                    print(json.dumps(asdict(each) | {"seconds": took}), flush=True)
                    began = time.perf_counter()


if __name__ == "__main__":
    main()
