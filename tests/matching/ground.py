"""Random donors and wishes for the tests of matching, from a seed."""

from dataclasses import dataclass

import numpy as np

from charity.domain.matching import AGES, FORMS, KINDS, Asks, Giver, Stated
from charity.matching.auction import Problem
from charity.matching.columns import Asked, Donors, Ints, Standings, Subjects, asked
from charity.matching.layout import Offers

CODES = ("510101", "510102", "510203", "520101", "990101", "990102", "990203", "110101")


@dataclass(frozen=True)
class Wall:
    subjects: Subjects
    standings: Standings
    offers: Offers


def wall(count: int, seed: int, *, kinds: int = 8) -> Wall:
    chance = np.random.default_rng(seed)
    filled = chance.integers(0, 1000, count) * (chance.random(count) < 0.6)
    return Wall(
        Subjects(
            id=chance.permutation(count * 3)[:count].astype(np.int64),
            county=np.array([int(code) for code in CODES])[chance.integers(0, len(CODES), count)],
            kind=chance.integers(0, kinds, count).astype(np.uint8),
            form=chance.integers(0, len(FORMS), count).astype(np.uint8),
            age=chance.integers(0, len(AGES), count).astype(np.uint8),
            need=chance.integers(1, 4, count).astype(np.uint8),
        ),
        Standings(
            used=chance.integers(0, 1001, count),
            filled=filled,
            has_helper=filled > 0,
            seen=chance.integers(0, 5000, count),
            lag=chance.integers(0, 300, count),
        ),
        Offers(
            published=chance.integers(1_700_000_000, 1_700_000_050, count),
            household=np.arange(count) // 2 + 1,
            unit_fen=chance.integers(5, 300, count) * 100,
            left=np.random.default_rng(seed + 1).integers(1, 6, count),
            asks=(chance.random(count) < 0.2).astype(np.int64),
        ),
    )


def stated(seed: int) -> Stated:
    chance = np.random.default_rng(seed)

    def some(names: tuple[str, ...]) -> frozenset[str]:
        picked = chance.integers(0, len(names), int(chance.integers(1, 3)))
        return frozenset() if chance.random() < 0.4 else frozenset(names[each] for each in picked)

    places = [CODES[chance.integers(0, len(CODES))][: chance.choice([2, 4, 6])] for _ in range(chance.integers(0, 3))]
    need = [None, 0, 1, 2][chance.integers(0, 4)]
    return Stated(places=tuple(places), kinds=some(KINDS[:8]), forms=some(FORMS), ages=some(AGES), need=need)


def giver(seed: int) -> Giver:
    chance = np.random.default_rng(seed)
    budget = None if chance.random() < 0.5 else int(chance.choice([1000, 2000, 12000]))
    own = frozenset(chance.integers(1, 300, 2).tolist())
    has = Asks(int(chance.integers(0, 2)))
    return Giver(budget_fen=budget, units=int(chance.choice([1, 1, 2, 4, 5, 20])), has=has, households=own)


def some_asked(count: int, seed: int) -> list[tuple[int, Asked]]:
    return [(number, asked(stated(seed * 10_000 + number))) for number in range(count)]


def no_donors() -> Donors:
    nothing: Ints = np.zeros(0, np.int64)
    none = np.zeros((0, 1), np.int64)
    return Donors(id=nothing, low=none, high=none, kinds=nothing, forms=nothing, ages=nothing, need=nothing)


def problem(donors: int, households: int, seed: int, *, length: int = 8, most: int = 4) -> Problem:
    chance = np.random.default_rng(seed)
    size = chance.integers(0, min(length, households) + 1, donors)
    rows = [np.sort(chance.permutation(households)[:count]) for count in size]
    household = np.concatenate(rows) if rows else np.zeros(0, np.int64)
    return Problem(
        starts=np.concatenate(([0], np.cumsum(size))).astype(np.int64),
        household=household.astype(np.int32),
        fit=chance.integers(0, 41, len(household)).astype(np.int32) * 25,
        capacity=chance.integers(0, most, donors).astype(np.int32),
        slots=chance.integers(0, 7, households).astype(np.int32),
        need=chance.integers(1, 4, households).astype(np.int8),
    )
