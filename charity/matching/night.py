"""One night's matching from the columns it reads to its pairs: the same columns and seed give the same bytes."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from charity.domain.matching import WEIGHTS
from charity.matching.auction import EPSILON, FAIRNESS, Assignment, Engine, Problem, solve
from charity.matching.candidates import Limits, Lists, make_lists
from charity.matching.columns import Donors, Ints, Subjects

SMALL = 400_000  # pairs that the numpy engine settles sooner than the other is compiled
_HERE = Path(__file__).resolve().parent
_DECIDES = (_HERE.parent / "domain" / "matching.py", *sorted(_HERE.glob("*.py")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """Who may be invited and whose circles have seats; rows of donors and circles are positions in the columns."""

    donors: Donors
    circles: Subjects
    homes: Ints  # the household of each circle
    limits: Limits
    capacity: Ints
    slots: Ints
    listed: Ints  # how often each household stood on lists of earlier runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a night came to, with what decided it."""

    night: Night
    seed: int
    fairness: int
    epsilon: int
    weights: str
    code: str
    input_digest: str
    lists: Lists
    assignment: Assignment


def match(night: Night, *, seed: int, fairness: int = FAIRNESS, engine: Engine | None = None) -> Result:
    """Make the lists and hold the auction."""
    lists = make_lists(night.donors, night.circles, night.limits, seed=seed, listed=night.listed)
    problem = Problem(
        starts=lists.starts,
        household=lists.household,
        fit=lists.fit,
        capacity=night.capacity,
        slots=night.slots,
        need=night.circles.need,
    )
    engine = engine or engine_for(problem)
    return Result(
        night=night,
        seed=seed,
        fairness=fairness,
        epsilon=EPSILON,
        weights=WEIGHTS.version,
        code=code_version(),
        input_digest=input_digest(night, seed=seed, fairness=fairness),
        lists=lists,
        assignment=solve(problem, seed=seed, fairness=fairness, engine=engine),
    )


def engine_for(problem: Problem) -> Engine | None:
    """Choose an engine by the input alone, so that the same input gives the same bytes; None: the fastest there is."""
    return Engine.NUMPY if len(problem.household) <= SMALL else None


def input_digest(night: Night, *, seed: int, fairness: int) -> str:
    """Give the SHA-256 of everything that decides a night."""
    found = hashlib.sha256(f"night 1 {seed} {fairness} {EPSILON} {WEIGHTS.version} {code_version()}".encode())
    donors, circles, limits = night.donors, night.circles, night.limits
    columns = (
        donors.id, donors.low, donors.high, donors.kinds, donors.forms, donors.ages, donors.need, night.capacity,
        circles.id, circles.county, circles.kind, circles.form, circles.age, circles.need, night.homes, night.slots,
        limits.has, limits.asks, limits.most_fen, limits.unit_fen, limits.barred_donor, limits.barred_household,
        night.listed,
    )  # fmt: skip
    for column in columns:
        found.update(column.size.to_bytes(8, "little") + np.ascontiguousarray(column).astype("<i8").tobytes())
    return found.hexdigest()


@cache
def code_version() -> str:
    """Give the SHA-256 of the sources that decide a night."""
    found = hashlib.sha256()
    for path in _DECIDES:
        source = path.read_bytes()
        found.update(f"{path.name} {len(source)}\n".encode() + source)
    return found.hexdigest()
