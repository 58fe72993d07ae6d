"""What public pages may show about families: bands instead of numbers, and numbers that no subtraction undoes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from charity.domain.identity import SchoolStage
from charity.domain.regions import Level, at_level, level_of

LEAST_SHOWN = 5


class SizeBand(StrEnum):
    """How many people live in a household."""

    ONE = "1"
    FEW = "2-3"
    SOME = "4-5"
    MANY = "6+"


class ChildrenBand(StrEnum):
    """How many children live in a household."""

    NONE = "0"
    ONE = "1"
    MORE = "2+"


@dataclass(frozen=True, slots=True)
class Composition:
    """A household as strangers may see it."""

    people: SizeBand
    children: ChildrenBand
    has_elders: bool


ELDER_FROM = 60


def composition_of(ages: Sequence[int]) -> Composition:
    """Give a household's composition in bands from its people's ages."""
    children = sum(age < 18 for age in ages)
    band = ChildrenBand.NONE if children == 0 else ChildrenBand.ONE if children == 1 else ChildrenBand.MORE
    return Composition(_size_band(len(ages)), band, any(age >= ELDER_FROM for age in ages))


def _size_band(people: int) -> SizeBand:
    if people <= 1:
        return SizeBand.ONE
    if people <= 3:
        return SizeBand.FEW
    return SizeBand.SOME if people <= 5 else SizeBand.MANY


def small(count: int) -> str:
    """Give a count of people as pages may show it: below 5 only "<5"."""
    return f"<{LEAST_SHOWN}" if count < LEAST_SHOWN else str(count)


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of counts made safe: None is a hidden cell or a hidden total."""

    cells: tuple[int | None, ...]
    total: int | None


def suppress(cells: Sequence[int]) -> Shown:
    """Hide a row's small counts so that its total gives none of them away, even to somebody who knows this rule.

    A single small count takes its right neighbour with it, chosen by place and not by value, so that the choice tells
    nothing. Of several small ones the sum may be known, unless it is the least or the most it can be: then each
    would be known, and the total is hidden instead. Every hidden cell keeps at least two possible values.
    """
    hidden = {place for place, count in enumerate(cells) if count < LEAST_SHOWN}
    total = sum(cells) if _total_is_safe(cells, hidden) else None
    if len(hidden) == 1:
        hidden |= {(place + 1) % len(cells) for place in hidden}
    return Shown(tuple(None if place in hidden else count for place, count in enumerate(cells)), total)


def _total_is_safe(cells: Sequence[int], hidden: set[int]) -> bool:
    if not hidden:
        return True
    if len(hidden) == 1:
        return len(cells) > 1
    least_or_most = (0, (LEAST_SHOWN - 1) * len(hidden))
    return sum(cells) >= LEAST_SHOWN and sum(cells[place] for place in hidden) not in least_or_most


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table of counts made safe: None is hidden."""

    rows: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def suppress_table(rows: Sequence[Sequence[int]]) -> ShownTable:
    """Hide a table's small counts, and every total that has one under it: no published sum holds a hidden cell."""
    shown = tuple(tuple(None if count < LEAST_SHOWN else count for count in row) for row in rows)
    return ShownTable(
        rows=shown,
        row_totals=tuple(_open_sum(row) for row in shown),
        column_totals=tuple(_open_sum(column) for column in zip(*shown, strict=True)),
        total=_open_sum(cell for row in shown for cell in row),
    )


def _open_sum(cells: Iterable[int | None]) -> int | None:
    total = 0
    for cell in cells:
        if cell is None:
            return None
        total += cell
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildShown:
    """What a child's card tells besides the thing: together they must not single the child out."""

    county: str
    stage: SchoolStage
    size: str = ""
    sex: str = ""
    interest: str = ""


def shows_size(alike_in_county: int) -> bool:
    """Say whether a size may show before the claim: only where at least 5 children of the county share them all."""
    return alike_in_county >= LEAST_SHOWN


def before_claim(child: ChildShown, *, alike_in_county: int) -> ChildShown:
    """Give what a stranger sees of a child: without size, sex and interest when the combination is rare."""
    if shows_size(alike_in_county):
        return child
    return ChildShown(county=child.county, stage=child.stage)


def public_region(code: str, *, families_in_county: int) -> str:
    """Give the region a page may name: the county, or the city where the county has fewer than 5 families."""
    county = at_level(code, Level.COUNTY) if level_of(code) > Level.COUNTY else code
    if level_of(county) is Level.COUNTY and families_in_county < LEAST_SHOWN:
        return at_level(county, Level.CITY)
    return county


def may_use_school_point(*, villages_served: int, pupils: int, guardian_agreed: bool) -> bool:
    """Say whether a child's parcels may go to a school point without telling which school is the child's."""
    return villages_served >= 3 and pupils >= 100 and guardian_agreed
