"""The five books as staff reads them: a region's totals, those of each place below it, and how they were checked."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain import register_books as b
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.permissions import may, may_anywhere, regions_for
from charity.domain.regions import WIDTHS, Level
from charity.models.households import Household
from charity.models.regions import Region
from charity.models.register_books import RegisterCheck
from charity.models.register_counts import Counts, count_homes_of, count_places, count_stale, list_cause_facts
from charity.models.wishes import Wish

READ = "book.read"
HOMES, PIECE = 500, 2_000


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place of a book, or one household of a village book (whose ref leads to its card)."""

    key: str
    name: str
    figures: Mapping[str, int]
    alias: str = ""
    category: str = ""
    life_state: str = ""


@dataclass(frozen=True, slots=True)
class CheckCard:
    """What the newest nightly check found; no difference means that each level equals the sum below."""

    day: date
    checked_at: datetime
    villages: int
    differences: int
    region: str
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A region's book."""

    region: str
    level: int
    path: tuple[str, ...]  # regions above that the viewer may read, too
    lines: tuple[PlaceLine, ...]
    totals: Mapping[str, int]
    check: CheckCard | None
    is_cut: bool

    @property
    def is_village(self) -> bool:
        """Say whether the lines are households."""
        return self.level == Level.VILLAGE


def list_own_books(viewer: Actor) -> tuple[str, ...]:
    """List the regions whose books the viewer may open, the widest ones; the whole country opens by province."""
    may_anywhere(viewer, READ)
    regions = set(regions_for(viewer, READ))
    if "" in regions:
        found = reading().scalars(select(Region.code).where(Region.level == int(Level.PROVINCE)).order_by(Region.code))
        return tuple(found)
    return tuple(sorted(one for one in regions if not any(one != other and one.startswith(other) for other in regions)))


def get_book(viewer: Actor, region: str) -> Book:
    """Give the book of a region of the viewer's."""
    may(viewer, READ, region)
    session = reading()
    place = session.get(Region, region)
    if place is None:
        raise Missing
    width = b.width_below(region)
    lines = _homes(session, region) if width is None else _places(session, region, width)
    whole = count_places(session, region, len(region)).get(region, b.empty())
    return Book(
        region=region,
        level=place.level,
        path=_path(viewer, region),
        lines=lines[:HOMES] if width is None else lines,
        totals=whole,
        check=find_check(session),
        is_cut=width is None and len(lines) > HOMES,
    )


def _path(viewer: Actor, region: str) -> tuple[str, ...]:
    own = regions_for(viewer, READ)
    above = (region[: WIDTHS[level]] for level in b.BOOKS if WIDTHS[level] < len(region))
    return tuple(code for code in above if any(code.startswith(one) for one in own))


def _places(session: Session, region: str, width: int) -> tuple[PlaceLine, ...]:
    below = select(Region.code, Region.name).where(Region.parent == region).order_by(Region.code)
    counts = count_places(session, region, width)
    return tuple(PlaceLine(code, name, counts.get(code, b.empty())) for code, name in session.execute(below))


def _homes(session: Session, village: str) -> tuple[PlaceLine, ...]:
    counts = count_homes_of(session, village)
    homes = (
        select(Household.ref, Household.alias, Household.category, Household.life_state)
        .where(Household.region_code == village, Household.closed_at.is_(None))
        .order_by(Household.id)
        .limit(HOMES + 1)
    )
    return tuple(
        PlaceLine(ref, "", counts.get(ref, b.empty()), alias=alias, category=category, life_state=life)
        for ref, alias, category, life in session.execute(homes)
    )


def find_check(session: Session | None = None) -> CheckCard | None:
    """Give what the newest check found; None before the first."""
    found = (session or reading()).scalars(select(RegisterCheck).order_by(RegisterCheck.day.desc()).limit(1)).first()
    if found is None:
        return None
    return CheckCard(found.day, found.checked_at, found.villages, found.differences, found.region_code, found.figure)


def is_checked(day: date) -> bool:
    """Say whether a day's check was made."""
    return reading().get(RegisterCheck, day) is not None


def count_at_night(today: date) -> dict[tuple[str, str], int]:
    """Count by village and figure what only the night counts: causes, which are sealed, and answers grown old."""
    session, after = reading(), 0
    counts: dict[tuple[str, str], int] = defaultdict(int)
    while rows := list_cause_facts(session, after=after, most=PIECE):
        for row in rows:
            if row.ref is not None and unseal(row.value_sealed, place=f"facts.value:{row.ref}") == "yes":
                counts[row.region_code, f"cause:{row.key}"] += 1
        after = rows[-1].id
    for village, stale in count_stale(session, today).items():
        counts[village, b.STALE] += stale
    return dict(counts)


@dataclass(frozen=True, slots=True)
class Difference:
    """A place whose totals are not the sum of those below it, and the first figure that differs."""

    region: str
    figure: str
    total: int
    below: int


def list_differences() -> tuple[int, list[Difference]]:
    """Compare each level with the places below it that the tree knows, and counties with what rows say of theirs.

    Gives how many villages were counted, and where totals and sums differ.
    """
    session = reading()
    levels = {width: count_places(session, "", width) for width in (WIDTHS[level] for level in b.BOOKS)}
    widths = sorted(levels)
    found: list[Difference] = []
    for upper, lower in pairwise(widths):
        known = _known(session, levels[lower], int(b.BOOKS[widths.index(lower)]))
        found += _compared(levels[upper], _summed(known, upper))
    found += _compared(levels[WIDTHS[Level.COUNTY]], _by_their_own_word(session), figures=(b.HOUSEHOLDS, b.WISHES_MET))
    return len(levels[WIDTHS[Level.VILLAGE]]), found


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
