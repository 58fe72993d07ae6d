"""Arithmetic of the small bar charts, so that templates only place what is given."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words, its number, its length in hundredths of the longest, and a text to show instead."""

    label: str
    value: int | float
    percent: int
    text: str | None


def bars_of(rows: Iterable[tuple[str, int | float] | tuple[str, int | float, str | None]]) -> list[Bar]:
    """Measure bars against the longest; a number above nothing is never drawn as nothing."""
    given = list(rows)
    longest = max((row[1] for row in given), default=0)
    return [Bar(row[0], row[1], _percent(row[1], longest), row[2] if len(row) > 2 else None) for row in given]


def _percent(value: float, longest: float) -> int:
    return max(1, round(100 * value / longest)) if value > 0 and longest > 0 else 0
