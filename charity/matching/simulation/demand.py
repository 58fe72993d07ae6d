"""Wishes for the simulator: a synthetic twin with rounded shares of a file of real requests.

What a wish draws (its *appeal*: how soon it would be funded among those of like price) is hidden from every rule.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charity.matching.columns import Ints, Subjects

Floats = NDArray[np.float64]
DEADLINES = (30, 60, 90, 120)
FIRST_PROVINCE = 11

# The twin: shares of regions, kinds, forms, ages and needs, and wishes a month over two years.
_REGIONS = (23, 8, 7, 5, 4.5, 4, 3, 2.5, 2, 2, 2, 2, *[1.5] * 10, *[0.7] * 18, *[0.3] * 11)
_KINDS = (45, 26, 9, 7, 6, 4, 3)
_FORMS = (36, 32, 19, 11, 1, 1)
_AGES = (38, 32, 17, 13)
_NEEDS = (19, 27, 54)
_MONTHS = (6, 5, 4, 2, 2, 2, 3, 4, 6, 6, 4, 4, 3, 4, 3, 3, 3, 3, 3, 6, 8, 8, 6, 4)


@dataclass(frozen=True, slots=True)
class Demand:
    """Wishes in the order of their days."""

    day: Ints
    region: Ints
    subjects: Subjects
    appeal: Floats
    slots: Ints
    days: Ints  # from publication to deadline

    def __len__(self) -> int:
        return len(self.day)


def make_requests(count: int, *, sizes: tuple[int, int], seed: int) -> Demand:
    """Draw the synthetic twin."""
    chance = np.random.default_rng(1_000 + seed)

    def drawn(shares: tuple[float, ...]) -> Ints:
        weights = np.array(shares, float)
        return chance.choice(len(shares), count, p=weights / weights.sum())

    posted = np.sort(drawn(_MONTHS) * 30 + chance.integers(0, 30, count))
    columns = (drawn(_KINDS), drawn(_FORMS), drawn(_AGES), drawn(_NEEDS) + 1)
    return make_demand(posted, drawn(_REGIONS), columns, chance.uniform(-1, 1, count), sizes, seed)


def make_demand(
    posted: Ints, region: Ints, columns: tuple[Ints, ...], appeal: Floats, sizes: tuple[int, int], seed: int
) -> Demand:
    """Draw sizes of groups and deadlines for wishes."""
    chance, count = np.random.default_rng(2_000 + seed), len(posted)
    kind, form, age, need = columns
    return Demand(
        day=posted,
        region=region,
        subjects=Subjects(
            id=np.arange(count),
            county=(FIRST_PROVINCE + region) * 10_000 + 101,
            kind=kind.astype(np.uint8),
            form=form.astype(np.uint8),
            age=age.astype(np.uint8),
            need=need.astype(np.uint8),
        ),
        appeal=appeal,
        slots=chance.integers(sizes[0], sizes[1] + 1, count),
        days=np.array(DEADLINES)[chance.integers(0, len(DEADLINES), count)],
    )
