"""The five books of the register, from the village book to the province store: what each counts, and in which order."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from charity.domain.households import BY_KEY, Category, FactGroup, LifeState, facts_of, is_fresh
from charity.domain.regions import WIDTHS, Level

HOUSEHOLDS, MEMBERS, CHILDREN = "households", "members", "children"
WISHES_OPEN, WISHES_MET = "wishes-open", "wishes-met"
HELP_FEN, HELP_HOURS, SOLD_FEN = "help-fen", "help-hours", "sold-fen"
TROUBLES, STALE = "causes", "stale-facts"
LIFE: Final = tuple(f"life:{state.value}" for state in LifeState)
CATEGORIES: Final = tuple(f"category:{category.value}" for category in Category)
CAUSES: Final = tuple(f"cause:{fact.key}" for fact in facts_of(FactGroup.CAUSES))
# Counted while somebody looks.
AT_ONCE: Final = (
    HOUSEHOLDS, MEMBERS, CHILDREN, *LIFE, *CATEGORIES, WISHES_OPEN, WISHES_MET, HELP_FEN, HELP_HOURS, SOLD_FEN
)  # fmt: skip
# Counted at night of each household, since what they count is sealed, or old: how many causes, never which.
KEPT: Final = (TROUBLES, STALE)
OF_HOMES: Final = (*AT_ONCE, *KEPT)
# Which causes those are stands in the sealed files alone; the night counts it of each village, and tells it from the
# township up: of a village with few families it would say which one has it.
FIGURES: Final = (*OF_HOMES, *CAUSES)
# The columns of a book's table; all figures stand below it and in the sheet.
SHOWN: Final = (HOUSEHOLDS, MEMBERS, CHILDREN, WISHES_OPEN, WISHES_MET, HELP_FEN, HELP_HOURS, TROUBLES, STALE)
MONEY: Final = frozenset({HELP_FEN, SOLD_FEN})
BOOKS: Final = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
Totals = Mapping[str, int]


def empty() -> dict[str, int]:
    """Give a book's totals of nobody."""
    return dict.fromkeys(FIGURES, 0)


def added(totals: Iterable[Totals]) -> dict[str, int]:
    """Add totals up, figure by figure."""
    whole = empty()
    for one in totals:
        for figure, value in one.items():
            whole[figure] += value
    return whole


def shown_of(level: int) -> tuple[str, ...]:
    """Give the figures that are told of a place of a level."""
    return OF_HOMES if level == Level.VILLAGE else FIGURES


def width_below(region: str) -> int | None:
    """Give the width of the codes directly below a region; nothing below a village but its households."""
    return next((WIDTHS[level] for level in BOOKS if WIDTHS[level] > len(region)), None)


def fresh_from(key: str, today: date) -> date:
    """Give the first day as of which an answer to a question still stands today."""
    day = today - timedelta(days=BY_KEY[key].months * 31 + 3)
    while not is_fresh(key, day, today):
        day += timedelta(days=1)
    return day
