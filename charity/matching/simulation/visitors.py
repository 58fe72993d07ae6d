"""Synthetic donors: what they state, how much they give, when they come. The same for every rule of a run.

Tastes are those of the wishes themselves: a donor likes the kind, form and age of a wish drawn at random, and a region
drawn by its wishes times a log-normal factor (sigma 0.8), so that some regions have many friends and others few. 30 %
leave the region open, 30 % the kind, 50 % the form, 40 % the age, 40 % the need (others ask for it not, somewhat,
strongly). A gift is 1, 2 or 4 units (70, 20, 10 %); three in ten donors have stated how many they give. A visit comes
0 to 60 days after a random wish was posted.
"""

from dataclasses import dataclass

import numpy as np

from charity.matching.columns import OPEN, Asked, Donors, Ints
from charity.matching.simulation.demand import FIRST_PROVINCE, Demand, Floats

GIFTS, GIFT_SHARES = (1, 2, 4), (0.7, 0.2, 0.1)
STATING = 0.3  # of all donors, how many units they give; the others leave it open
GIVING = 0.6  # of all visits, for the reckoning of loads
SIGMA = 0.8
LEFT_OPEN = {"region": 0.3, "kind": 0.3, "form": 0.5, "age": 0.4, "need": 0.4}
LATEST = 60


@dataclass(frozen=True, slots=True)
class Visits:
    """All visits in the order of their days, with the chance each brings along."""

    day: Ints
    asked: list[Asked]
    gift: Ints
    units: Ints  # stated to be given at once; 1 where it was left open
    choice: Floats
    lapse: Floats

    def __len__(self) -> int:
        return len(self.day)


def tastes(demand: Demand, count: int, chance: np.random.Generator) -> Donors:
    """Draw what donors state."""
    liked = chance.integers(0, len(demand), count)
    factor = np.exp(SIGMA * chance.standard_normal(int(demand.region.max()) + 1))[demand.region]
    home = demand.region[chance.choice(len(demand), count, p=factor / factor.sum())]

    def left(name: str) -> np.ndarray:
        return chance.random(count) < LEFT_OPEN[name]

    its = demand.subjects
    kinds = np.where(left("kind"), 0, 1 << its.kind[liked].astype(np.int64))
    forms = np.where(left("form"), 0, 1 << its.form[liked].astype(np.int64))
    ages = np.where(left("age"), 0, 1 << its.age[liked].astype(np.int64))
    needs = np.where(left("need"), OPEN, chance.integers(0, 3, count))
    low = np.where(left("region"), 0, (FIRST_PROVINCE + home) * 10_000)
    high = np.where(low > 0, low + 10_000, 0)
    columns = {"low": low[:, None], "high": high[:, None], "kinds": kinds, "forms": forms, "ages": ages, "need": needs}
    return Donors(id=np.arange(count), **columns)


def one_by_one(donors: Donors) -> list[Asked]:
    """Give what each donor states."""
    columns = (donors.low[:, 0], donors.high[:, 0], donors.kinds, donors.forms, donors.ages, donors.need)
    return [
        Asked(places=((low, high),) if high else (), kinds=kinds, forms=forms, ages=ages, need=need)
        for low, high, kinds, forms, ages, need in zip(*(column.tolist() for column in columns), strict=True)
    ]


def visits(demand: Demand, *, load: float, seed: int, stating: float = STATING) -> Visits:
    """Draw so many visits that their gifts are `load` times the units needed."""
    chance = np.random.default_rng(3_000 + seed)
    mean = sum(gift * share for gift, share in zip(GIFTS, GIFT_SHARES, strict=True))
    count = round(load * int(demand.slots.sum()) / (GIVING * mean))
    asked = one_by_one(tastes(demand, count, chance))
    day = np.sort(demand.day[chance.integers(0, len(demand), count)] + chance.integers(0, LATEST + 1, count))
    gift = chance.choice(GIFTS, count, p=GIFT_SHARES)
    choice, lapse = chance.random(count), chance.random(count)
    units = np.where(chance.random(count) < stating, gift, 1)
    return Visits(day, asked, gift, units, choice, lapse)
