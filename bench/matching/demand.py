"""Wishes for the simulator: from a file of real requests, or a synthetic twin with rounded shares of such a file.

A file is CSV with the columns of docs/maps/classrooms-2012.toml. Kept are its order, days, regions, kinds, forms, ages,
needs, and how soon each request was funded among those of like price (the *appeal*, hidden from every rule).
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from charity.matching.columns import Ints, Subjects

Floats = NDArray[np.float64]
DEADLINES = (30, 60, 90, 120)
NEEDS = {"highest poverty": 3, "high poverty": 2}
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


def read_requests(path: Path, *, sizes: tuple[int, int], seed: int) -> Demand:
    """Read real requests; sizes of groups and deadlines are drawn."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["date_posted"])
    first = date.fromisoformat(rows[0]["date_posted"])
    posted = np.array([(date.fromisoformat(row["date_posted"]) - first).days for row in rows])
    waits = np.array([_wait(row) for row in rows])
    price = np.array([float(row["total_price_usd"]) for row in rows])
    columns = [_codes([row[name] for row in rows]) for name in ("primary_focus_area", "resource_type", "grade_level")]
    need = np.array([NEEDS.get(row["poverty_level"], 1) for row in rows])
    region = _codes([row["school_state"] for row in rows])
    return _demand(posted, region, (*columns, need), _appeal(waits, price), sizes, seed)


def _wait(row: dict[str, str]) -> int:
    if not row["date_fully_funded"]:
        return 10_000
    return (date.fromisoformat(row["date_fully_funded"]) - date.fromisoformat(row["date_posted"])).days


def _codes(names: list[str]) -> Ints:
    return np.unique(names, return_inverse=True)[1]


def _appeal(waits: Ints, price: Floats) -> Floats:
    """Rank how soon each request was funded within its tenth of prices, from -1 (last) to 1 (first)."""
    tenth = np.argsort(np.argsort(price, kind="stable"), kind="stable") * 10 // len(price)
    appeal = np.zeros(len(price))
    for each in range(10):
        rows = np.flatnonzero(tenth == each)
        rank = np.argsort(np.argsort(-waits[rows], kind="stable"), kind="stable")
        appeal[rows] = 2 * rank / max(1, len(rows) - 1) - 1
    return appeal


def make_requests(count: int, *, sizes: tuple[int, int], seed: int) -> Demand:
    """Draw the synthetic twin."""
    chance = np.random.default_rng(1_000 + seed)

    def drawn(shares: tuple[float, ...]) -> Ints:
        weights = np.array(shares, float)
        return chance.choice(len(shares), count, p=weights / weights.sum())

    posted = np.sort(drawn(_MONTHS) * 30 + chance.integers(0, 30, count))
    columns = (drawn(_KINDS), drawn(_FORMS), drawn(_AGES), drawn(_NEEDS) + 1)
    return _demand(posted, drawn(_REGIONS), columns, chance.uniform(-1, 1, count), sizes, seed)


def _demand(
    posted: Ints, region: Ints, columns: tuple[Ints, ...], appeal: Floats, sizes: tuple[int, int], seed: int
) -> Demand:
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
