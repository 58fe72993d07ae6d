"""The pool's part of a night: intentions and wishes in the same auction, over lists that the gates have made already.

An intention has one offer at a time, so it is one place; a wish has as many as it has units that nobody is offered.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from charity.domain.matching import WEIGHTS
from charity.matching.auction import EPSILON, FAIRNESS, Assignment, Problem, solve
from charity.matching.columns import Donors, Ints, Subjects
from charity.matching.night import code_version, engine_for
from charity.matching.scores import fit_pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Intentions and the wishes that fit each; rows are positions in the columns, lists stand one after the other."""

    intentions: Donors
    wishes: Subjects
    starts: Ints
    listed: Ints  # rows of wishes
    slots: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolResult:
    """What the pool's part came to, with what decided it."""

    pool: Pool
    input_digest: str
    assignment: Assignment


def match_pool(pool: Pool, *, seed: int, fairness: int = FAIRNESS) -> PoolResult:
    """Hold the auction; the same columns and seed give the same bytes."""
    rows = np.repeat(np.arange(len(pool.intentions)), np.diff(pool.starts))
    problem = Problem(
        starts=pool.starts,
        household=pool.listed.astype(np.int32),
        fit=fit_pairs(pool.intentions, pool.wishes, rows, pool.listed),
        capacity=np.ones(len(pool.intentions), np.int64),
        slots=pool.slots,
        need=pool.wishes.need,
    )
    found = solve(problem, seed=seed, fairness=fairness, engine=engine_for(problem))
    return PoolResult(pool=pool, input_digest=_digest(pool, problem, seed, fairness), assignment=found)


def _digest(pool: Pool, problem: Problem, seed: int, fairness: int) -> str:
    """Give the SHA-256 of everything that decides the pool's part."""
    decided = problem.digest(seed=seed, epsilon=EPSILON, fairness=fairness)
    found = hashlib.sha256(f"pool 1 {WEIGHTS.version} {code_version()} {decided}".encode())
    for column in (pool.intentions.id, pool.wishes.id):
        found.update(column.size.to_bytes(8, "little") + column.astype("<i8").tobytes())
    return found.hexdigest()
