"""What the night counts of the register, and how it checks that each level of the books is the sum of the one below."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from charity.adapters.crypto import Unreadable, unseal
from charity.adapters.db import db, reading
from charity.domain import register_books as b
from charity.domain.regions import WIDTHS, Level
from charity.ledger.verifying.snapshots import snapshot
from charity.models.households import Household
from charity.models.regions import Region
from charity.models.register_books import RegisterCheck
from charity.models.register_counts import Counts, count_places, count_stale, list_cause_facts
from charity.models.register_walks import list_villages_changed
from charity.models.wishes import Wish
from charity.queries.register_walks import add_up_lines, count_by_rows, count_facts

PIECE = 2_000


def is_checked(day: date) -> bool:
    """Say whether a day's check was made."""
    return reading().get(RegisterCheck, day) is not None


@dataclass(frozen=True, slots=True)
class Counted:
    """What the night counted of some households: causes and stale facts of each, and each cause by village."""

    last: int
    homes: dict[int, tuple[int, int]]
    causes: dict[tuple[str, str], int]
    unreadable: int  # answers that do not open: they stand in no figure


def count_next(today: date, *, after: int) -> Counted | None:
    """Count of the next households what is sealed, or old; None when nobody is left."""
    session = reading()
    rows = list_cause_facts(session, after=after, most=PIECE)
    if not rows:
        return None
    causes: dict[tuple[str, str], int] = defaultdict(int)
    of_home: dict[int, int] = defaultdict(int)
    unreadable = 0
    for row in rows:
        said = _find_said(row)
        unreadable += said is None
        if said == "yes":
            causes[row.region_code, f"cause:{row.key}"] += 1
            of_home[row.id] += 1
    last = int(rows[-1].id)
    stale = count_stale(session, today, after=after, last=last)
    homes = {home: (of_home.get(home, 0), stale.get(home, 0)) for home in of_home.keys() | stale.keys()}
    return Counted(last, homes, dict(causes), unreadable)


def _find_said(row: Any) -> str | None:
    """Read an answer, "" where none was given; None when it does not open."""
    try:
        return "" if row.ref is None else unseal(row.value_sealed, place=f"facts.value:{row.ref}")
    except Unreadable:
        return None


@dataclass(frozen=True, slots=True)
class Difference:
    """A place whose totals are not the sum of those below it, and the first figure that differs."""

    region: str
    figure: str
    total: int
    below: int


@dataclass(frozen=True, slots=True)
class Compared:
    """How many villages were counted, what differs, and how many births do not open and were not counted by."""

    villages: int
    differences: tuple[Difference, ...]
    unreadable: int


def list_differences(today: date, *, since: datetime) -> Compared:
    """Compare each level with the places below it that the tree knows, and the villages with their households.

    A village is compared with the lines of its book, and with what rows say that are counted another way; a county with
    what rows say of theirs. Causes and stale facts, which the night began to count at some moment, are compared with
    the facts themselves where nothing was written down since. All is of one moment.
    """
    with snapshot(db.engine) as session:
        levels = {width: count_places(session, "", width) for width in (WIDTHS[level] for level in b.BOOKS)}
        widths = sorted(levels)
        found: list[Difference] = []
        for upper, lower in pairwise(widths):
            known = _known(session, levels[lower], int(b.BOOKS[widths.index(lower)]))
            found += _compared(levels[upper], _summed(known, upper))
        county, villages = levels[WIDTHS[Level.COUNTY]], levels[WIDTHS[Level.VILLAGE]]
        found += _compared(county, _by_their_own_word(session), figures=(b.HOUSEHOLDS, b.WISHES_MET))
        found += _compared(villages, add_up_lines(session), figures=b.OF_HOMES)
        by_rows, unreadable = count_by_rows(session, today)
        found += _compared(villages, by_rows, figures=b.AT_ONCE)
        changed = list_villages_changed(session, since)
        kept, told = (_without(counts, changed) for counts in (villages, count_facts(session, today)))
        found += _compared(kept, told, figures=(*b.KEPT, *b.CAUSES))
    return Compared(len(villages), tuple(found), unreadable)


def _without(counts: Counts, places: set[str]) -> Counts:
    return {code: figures for code, figures in counts.items() if code not in places}


def _known(session: Session, counts: Counts, level: int) -> Counts:
    known: set[str] = set()
    codes = sorted(counts)
    for at in range(0, len(codes), PIECE):
        part = select(Region.code).where(Region.code.in_(codes[at : at + PIECE]), Region.level == level)
        known.update(session.scalars(part))
    return {code: figures for code, figures in counts.items() if code in known}


def _summed(counts: Counts, width: int) -> Counts:
    summed: Counts = defaultdict(b.empty)
    for code, figures in counts.items():
        above = summed[code[:width]]
        for figure, value in figures.items():
            above[figure] += value
    return dict(summed)


def _compared(totals: Counts, below: Counts, *, figures: tuple[str, ...] = b.FIGURES) -> Iterator[Difference]:
    for code in sorted(totals.keys() | below.keys()):
        one, other = totals.get(code, b.empty()), below.get(code, b.empty())
        wrong = next((figure for figure in figures if one[figure] != other[figure]), None)
        if wrong is not None:
            yield Difference(code, wrong, one[wrong], other[wrong])


def _by_their_own_word(session: Session) -> Counts:
    """Count by the county that each row names itself, not by the beginning of its village's code."""
    counts: Counts = defaultdict(b.empty)
    homes = select(Household.county, func.count()).where(Household.closed_at.is_(None)).group_by(Household.county)
    for county, count in session.execute(homes):
        counts[county][b.HOUSEHOLDS] = count
    met = select(Wish.county, func.count()).join(Household, Household.id == Wish.household_id)
    met = met.where(Household.closed_at.is_(None), Wish.state == "closed")
    for county, count in session.execute(met.group_by(Wish.county)):
        counts[county][b.WISHES_MET] = count
    return dict(counts)
