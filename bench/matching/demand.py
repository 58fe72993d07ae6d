"""Wishes for the simulator from a file of real requests.

A file is CSV with the columns of docs/maps/classrooms-2012.toml. Kept are its order, days, regions, kinds, forms, ages,
needs, and how soon each request was funded among those of like price (the *appeal*, hidden from every rule).
"""

import csv
from datetime import date
from pathlib import Path

import numpy as np

from charity.matching.columns import Ints
from charity.matching.simulation.demand import Demand, Floats, make_demand

NEEDS = {"highest poverty": 3, "high poverty": 2}


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
    return make_demand(posted, region, (*columns, need), _appeal(waits, price), sizes, seed)


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
