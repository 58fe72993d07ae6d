"""Donors and wishes as columns: one array a field, one row a donor or wish."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charity.domain.matching import AGES, COUNTY_DIGITS, FORMS, KINDS, MOST_KINDS, Stated, Subject

Ints = NDArray[np.signedinteger[Any] | np.unsignedinteger[Any]]
Bools = NDArray[np.bool_]

OPEN = -1  # a need the donor left open


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Wishes or households: county as a number; kind, form, age as places in lists (`domain/matching.py: kinds_of`)."""

    id: Ints
    county: Ints
    kind: Ints
    form: Ints
    age: Ints
    need: Ints

    def __len__(self) -> int:
        """Give the number of rows."""
        return len(self.id)

    def take(self, rows: Ints) -> "Subjects":
        """Give some rows."""
        return Subjects(
            id=self.id[rows],
            county=self.county[rows],
            kind=self.kind[rows],
            form=self.form[rows],
            age=self.age[rows],
            need=self.need[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """How wishes fare; see `domain/matching.py: Standing`."""

    used: Ints
    filled: Ints
    has_helper: Bools
    seen: Ints
    lag: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one donor stated: places as ranges of county numbers, choices as bits; none means left open."""

    places: tuple[tuple[int, int], ...] = ()
    kinds: int = 0
    forms: int = 0
    ages: int = 0
    need: int = OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Donors:
    """What many donors stated; a range of places is empty (low = high) when there is none."""

    id: Ints
    low: Ints  # rows x places
    high: Ints
    kinds: Ints
    forms: Ints
    ages: Ints
    need: Ints

    def __len__(self) -> int:
        """Give the number of rows."""
        return len(self.id)


def place_range(code: str) -> tuple[int, int]:
    """Give the county numbers a region code contains; below the county its county stands for it."""
    head = code[:COUNTY_DIGITS]
    scale = 10 ** (COUNTY_DIGITS - len(head))
    low = int(head or "0") * scale
    return low, low + scale


def _bits(chosen: frozenset[str], names: tuple[str, ...]) -> int:
    """Give a bit for each name; the last one, which no row has, for all that is unknown: stated it is nevertheless."""
    known = sum(1 << names.index(name) for name in chosen if name in names)
    return known if chosen <= set(names) else known | 1 << MOST_KINDS


def asked(stated: Stated, kinds: tuple[str, ...] = KINDS) -> Asked:
    """Write what a donor stated as numbers; `kinds` are those of the rows it is compared with."""
    return Asked(
        places=tuple(place_range(place) for place in stated.places),
        kinds=_bits(stated.kinds, kinds),
        forms=_bits(stated.forms, FORMS),
        ages=_bits(stated.ages, AGES),
        need=OPEN if stated.need is None else stated.need,
    )


def donors(rows: Sequence[tuple[int, Asked]]) -> Donors:
    """Put what donors stated into columns."""
    widest = max((len(said.places) for _number, said in rows), default=0) or 1
    low = np.zeros((len(rows), widest), np.int32)
    high = np.zeros((len(rows), widest), np.int32)
    for row, (_number, said) in enumerate(rows):
        for column, (first, end) in enumerate(said.places):
            low[row, column], high[row, column] = first, end
    return Donors(
        id=np.array([number for number, _said in rows], np.int64),
        low=low,
        high=high,
        kinds=np.array([said.kinds for _number, said in rows], np.int64),
        forms=np.array([said.forms for _number, said in rows], np.int64),
        ages=np.array([said.ages for _number, said in rows], np.int64),
        need=np.array([said.need for _number, said in rows], np.int8),
    )


def subjects(rows: Sequence[Subject], kinds: tuple[str, ...] = KINDS) -> Subjects:
    """Put wishes or households into columns; `kinds` name the kinds they can be of."""
    return Subjects(
        id=np.array([row.id for row in rows], np.int64),
        county=np.array([int(row.county) for row in rows], np.int32),
        kind=np.array([kinds.index(row.kind) for row in rows], np.uint8),
        form=np.array([FORMS.index(row.form) for row in rows], np.uint8),
        age=np.array([AGES.index(row.age) for row in rows], np.uint8),
        need=np.array([row.need for row in rows], np.uint8),
    )
