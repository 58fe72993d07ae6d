"""python -m bench.simulate [FILE] ...: what each rule of the wall does to wishes and donors, one JSON line a run."""

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from bench.matching.demand import Demand, make_requests, read_requests
from bench.matching.rules import RULES, Shipped
from bench.matching.visitors import Visits, visits
from bench.matching.world import Outcome, Rule, run
from charity.domain.matching import WEIGHTS

TWIN = 10_000
SMALL_REGION = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one run."""

    rule: str
    sizes: str
    load: float
    seed: int
    no_helper: float
    unseen: float
    gini: float
    utility: float
    quality: float
    filled: float
    worst_region: float
    fulfilled: float
    seconds: float


def gini(values: np.ndarray) -> float:
    """Give how unequally values are spread, 0 (all alike) to 1."""
    ranked, count = np.sort(values.astype(float)), len(values)
    if not ranked.sum():
        return 0.0
    return float((2 * np.arange(1, count + 1) - count - 1) @ ranked / (count * ranked.sum()))


def worst_region(demand: Demand, taken: np.ndarray) -> float:
    """Give the least share of units filled in a region with enough wishes to tell."""
    wishes = np.bincount(demand.region)
    needed = np.bincount(demand.region, weights=demand.slots)
    got = np.bincount(demand.region, weights=taken)
    is_large = wishes >= min(SMALL_REGION, int(wishes.max()))
    return float((got[is_large] / needed[is_large]).min())


def figures(
    rule: str, demand: Demand, outcome: Outcome, *, sizes: str, load: float, seed: int, seconds: float
) -> Figures:
    """Reckon the figures of a run."""
    return Figures(
        rule=rule,
        sizes=sizes,
        load=load,
        seed=seed,
        no_helper=round(float((outcome.taken == 0).mean()), 4),
        unseen=round(float(outcome.unseen.mean()), 4),
        gini=round(gini(outcome.taken / demand.slots), 4),
        utility=round(float(outcome.utility.mean()), 4),
        quality=round(float(outcome.quality.mean()), 4),
        filled=round(float(outcome.taken.sum() / demand.slots.sum()), 4),
        worst_region=round(worst_region(demand, outcome.taken), 4),
        fulfilled=round(float((outcome.taken >= demand.slots).mean()), 4),
        seconds=round(seconds, 1),
    )


def ground(path: Path | None, *, sizes: str, load: float, seed: int, count: int = TWIN) -> tuple[Demand, Visits]:
    """Make the wishes and visits that all rules of a run share."""
    low, high = (int(each) for each in sizes.split("-"))
    demand = (
        read_requests(path, sizes=(low, high), seed=seed)
        if path
        else make_requests(count, sizes=(low, high), seed=seed)
    )
    return demand, visits(demand, load=load, seed=seed)


def compare(
    path: Path | None, rules: Mapping[str, Rule], *, sizes: str, load: float, seed: int, count: int = TWIN
) -> Iterator[Figures]:
    """Run rules on the same wishes and visits."""
    demand, coming = ground(path, sizes=sizes, load=load, seed=seed, count=count)
    for name, rule in rules.items():
        began = time.perf_counter()
        outcome = run(rule, demand, coming)
        took = time.perf_counter() - began
        yield figures(name, demand, outcome, sizes=sizes, load=load, seed=seed, seconds=took)


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
        "--changed", default="", help="compare other weights of the lift, as finish=300,first_helper=300"
    )
    options = parser.parse_args()
    rules = {name: RULES[name] for name in options.rules.split(",")}
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
                )
                for each in found:
                    print(json.dumps(asdict(each)), flush=True)


if __name__ == "__main__":
    main()
