"""Assigning donors to households (seats, or units of wishes) at once: an auction in whole numbers, with its own proof.

Maximise the fit of all pairs plus, for each household, a value of its k-th helper that falls with k. Every free place
of a donor bids for the household that is worth most to him at its lowest price, as much as leaves him no worse than his
second choice, plus epsilon. Slot k of N begins at the price -fairness x need x (1 - k/N): a first helper is worth more
than a fifth. Prices only rise, so it ends, within epsilon a pair of the best; and any prices prove a bound on the value
of every assignment, so the result says how good it is without a second solver.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from charity.domain.matching import NEED_LEVELS, PARTS
from charity.matching.chance import shuffled
from charity.matching.columns import Ints

EPSILON = 5
BEYOND = 2**30  # the price of a household that takes nobody
FAIRNESS = 300  # thousandths of a full fit that a first helper of the most pressed household is worth


class Engine(StrEnum):
    """What runs the auction; each gives the same bytes again, the two may differ within epsilon."""

    NUMBA = "numba"
    NUMPY = "numpy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Donors' lists one after the other (starts: one more than donors), capacities of both sides, needs of 1 to 3."""

    starts: Ints
    household: Ints
    fit: Ints
    capacity: Ints
    slots: Ints
    need: Ints

    def digest(self, *, seed: int, epsilon: int, fairness: int) -> str:
        """Give the SHA-256 of everything that decides the result."""
        found = hashlib.sha256(f"auction 1 {seed} {epsilon} {fairness}".encode())
        for column in (self.starts, self.household, self.fit, self.capacity, self.slots, self.need):
            found.update(len(column).to_bytes(8, "little") + column.astype("<i8").tobytes())
        return found.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Pairs (donor row, household row, fit, k of N, price), the price of each household, and the proof."""

    donor: Ints
    household: Ints
    fit: Ints
    place: Ints
    price: Ints
    value: int
    utility: int
    bound: int
    engine: Engine
    input_digest: str
    result_digest: str

    @property
    def proven(self) -> int:
        """Give the thousandths of the best possible value that this one surely reaches."""
        return PARTS * self.value // self.bound if self.bound > 0 else PARTS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine gives back: the pair each slot was sold to (-1: none) and each slot's price."""

    holder: Ints
    price: Ints


def slot_starts(slots: Ints) -> Ints:
    """Give where each household's slots begin; one more than there are households."""
    return np.concatenate(([0], np.cumsum(slots.astype(np.int64))))


def slot_prices(slots: Ints, need: Ints, fairness: int = FAIRNESS) -> Ints:
    """Give the price each slot begins at: minus what its helper is worth to all of us."""
    size = slots.astype(np.int64)
    household = np.repeat(np.arange(len(size)), size)
    place = np.arange(len(household)) - np.repeat(slot_starts(slots)[:-1], size) + 1
    of = size[household]
    return (-(fairness * need.astype(np.int64)[household] * (of - place) // (NEED_LEVELS * of))).astype(np.int32)


def solve(
    problem: Problem, *, seed: int, fairness: int = FAIRNESS, epsilon: int = EPSILON, engine: Engine | None = None
) -> Assignment:
    """Assign; the same problem, seed and engine give the same bytes."""
    engine = engine or (Engine.NUMBA if find_spec("numba") else Engine.NUMPY)
    reserve = slot_prices(problem.slots, problem.need, fairness)
    # donors bid in the order of a published seed, so that an early number is no advantage
    order = shuffled(len(problem.capacity), seed).astype(np.int32)
    # the serving process never comes here, so numba stays out of it
    run = import_module(f"charity.matching.auction_{engine.value}").run
    outcome: Outcome = run(problem, slot_starts(problem.slots), reserve.copy(), order, epsilon)
    digest = problem.digest(seed=seed, epsilon=epsilon, fairness=fairness)
    return _assignment(problem, reserve, outcome, engine, digest)


def household_prices(slots: Ints, slot_price: Ints) -> Ints:
    """Give the price at which each household takes its next helper: its lowest slot's; beyond reach where none is."""
    price = np.full(len(slots), BEYOND, np.int64)
    has_slots = slots > 0
    if len(slot_price):
        price[has_slots] = np.minimum.reduceat(slot_price.astype(np.int64), slot_starts(slots)[:-1][has_slots])
    return price


def bound(problem: Problem, reserve: Ints, price: Ints) -> int:
    """Prove what no assignment can exceed, from any prices of households.

    At these prices a donor gains at most his best places, and a household at most what its price exceeds its slots' own
    prices by; every assignment is worth no more than the sum of both.
    """
    donor = np.repeat(np.arange(len(problem.capacity)), np.diff(problem.starts))
    gain = np.maximum(problem.fit - price[problem.household], 0)
    order = np.lexsort((-gain, donor))
    rank = np.arange(len(order)) - problem.starts[donor]
    taken = gain[order][rank < problem.capacity[donor]]
    excess = np.maximum(np.repeat(price, problem.slots) - reserve, 0)
    return int(taken.sum()) + int(excess.sum())


def _assignment(problem: Problem, reserve: Ints, outcome: Outcome, engine: Engine, digest: str) -> Assignment:
    sold = np.flatnonzero(outcome.holder >= 0)
    sold = sold[np.argsort(outcome.holder[sold], kind="stable")]
    pair = outcome.holder[sold]
    household, fit = problem.household[pair].astype(np.int64), problem.fit[pair].astype(np.int64)
    donor = np.searchsorted(problem.starts, pair, side="right") - 1
    place = sold - slot_starts(problem.slots)[household] + 1
    price = household_prices(problem.slots, outcome.price)
    result = hashlib.sha256()
    for column in (donor, household, fit, place, price):
        result.update(column.astype("<i8").tobytes())
    utility = int(fit.sum())
    return Assignment(
        donor=donor,
        household=household,
        fit=fit,
        place=place,
        price=price,
        value=utility - int(reserve[sold].sum()),
        utility=utility,
        bound=bound(problem, reserve, price),
        engine=engine,
        input_digest=digest,
        result_digest=result.hexdigest(),
    )
