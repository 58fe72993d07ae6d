"""What came of a simulated year under each rule, in figures that can be compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from charity.matching.simulation.demand import Demand
from charity.matching.simulation.visitors import Visits
from charity.matching.simulation.world import Outcome, Rule, run

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


def figures(rule: str, demand: Demand, outcome: Outcome, *, sizes: str, load: float, seed: int) -> Figures:
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
    )


def compare(
    demand: Demand, coming: Visits, rules: Mapping[str, Rule], *, sizes: str, load: float, seed: int
) -> Iterator[Figures]:
    """Run rules on the same wishes and visits."""
    for name, rule in rules.items():
        yield figures(name, demand, run(rule, demand, coming), sizes=sizes, load=load, seed=seed)
