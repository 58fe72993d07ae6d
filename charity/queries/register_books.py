"""The five books as staff reads them: a region's totals, those of each place below it, and how they were checked."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from charity.adapters.db import db, reading
from charity.domain import register_books as b
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.permissions import may, may_anywhere, regions_for
from charity.domain.regions import WIDTHS, Level
from charity.ledger.verifying.snapshots import snapshot
from charity.models.households import Household
from charity.models.regions import Region
from charity.models.register_books import RegisterCheck
from charity.models.register_counts import count_homes, count_places
from charity.queries.cursors import read_number

READ = "book.read"
HOMES, PIECE = 100, 500  # households on a page, and those read at a time where all are wanted


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
    """A region's book; of a village's households, those of one page."""

    region: str
    level: int
    path: tuple[str, ...]  # regions above that the viewer may read, too
    lines: tuple[PlaceLine, ...]
    totals: Mapping[str, int]
    check: CheckCard | None
    next: str | None = None  # where a village's next households begin

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


def get_book(viewer: Actor, region: str, *, cursor: str = "") -> Book:
    """Give the book of a region of the viewer's; a village's households page by page."""
    session, place = _opened(viewer, region)
    width = b.width_below(region)
    if width is not None:
        return _book(session, viewer, place, _places(session, region, width))
    found = _homes(session, region, after=read_number(cursor) if cursor else 0, most=HOMES)
    return _book(session, viewer, place, found.lines, None if found.next is None else str(found.next))


@contextmanager
def whole_book(viewer: Actor, region: str) -> Generator[tuple[Book, Iterator[PlaceLine]]]:
    """Open a book to write all of it down: its totals, and its lines piece by piece, all of one moment."""
    _opened(viewer, region)
    with snapshot(db.engine) as session:
        place, width = session.get_one(Region, region), b.width_below(region)
        lines = _all_homes(session, region) if width is None else iter(_places(session, region, width))
        yield _book(session, viewer, place, ()), lines


def _opened(viewer: Actor, region: str) -> tuple[Session, Region]:
    may(viewer, READ, region)
    session = reading()
    place = session.get(Region, region)
    if place is None:
        raise Missing
    return session, place


def _book(
    session: Session, viewer: Actor, place: Region, lines: tuple[PlaceLine, ...], following: str | None = None
) -> Book:
    whole = count_places(session, place.code, len(place.code)).get(place.code, b.empty())
    return Book(
        region=place.code,
        level=place.level,
        path=_path(viewer, place.code),
        lines=lines,
        totals={figure: whole[figure] for figure in b.shown_of(place.level)},
        check=find_check(session),
        next=following,
    )


def _path(viewer: Actor, region: str) -> tuple[str, ...]:
    own = regions_for(viewer, READ)
    above = (region[: WIDTHS[level]] for level in b.BOOKS if WIDTHS[level] < len(region))
    return tuple(code for code in above if any(code.startswith(one) for one in own))


def _places(session: Session, region: str, width: int) -> tuple[PlaceLine, ...]:
    below = select(Region.code, Region.name, Region.level).where(Region.parent == region).order_by(Region.code)
    counts = count_places(session, region, width)
    return tuple(
        PlaceLine(code, name, {figure: counts.get(code, b.empty())[figure] for figure in b.shown_of(level)})
        for code, name, level in session.execute(below)
    )


@dataclass(frozen=True, slots=True)
class _Homes:
    lines: tuple[PlaceLine, ...]
    next: int | None


def _homes(session: Session, village: str, *, after: int, most: int) -> _Homes:
    here = (Household.region_code == village, Household.closed_at.is_(None), Household.id > after)
    columns = (Household.id, Household.ref, Household.alias, Household.category, Household.life_state)
    found = session.execute(select(*columns).where(*here).order_by(Household.id).limit(most + 1)).all()
    rows = found[:most]
    if not rows:
        return _Homes((), None)
    counts = count_homes(session, and_(*here, Household.id <= rows[-1].id))
    lines = (PlaceLine(row.ref, "", _of_home(counts, row.ref), row.alias, row.category, row.life_state) for row in rows)
    return _Homes(tuple(lines), rows[-1].id if len(found) > most else None)


def _of_home(counts: Mapping[str, Mapping[str, int]], ref: str) -> dict[str, int]:
    mine = counts.get(ref, b.empty())
    return {figure: mine[figure] for figure in b.OF_HOMES}


def _all_homes(session: Session, village: str) -> Iterator[PlaceLine]:
    after: int | None = 0
    while after is not None:
        found = _homes(session, village, after=after, most=PIECE)
        yield from found.lines
        after = found.next


def find_check(session: Session | None = None) -> CheckCard | None:
    """Give what the newest check found; None before the first."""
    found = (session or reading()).scalars(select(RegisterCheck).order_by(RegisterCheck.day.desc()).limit(1)).first()
    if found is None:
        return None
    return CheckCard(found.day, found.checked_at, found.villages, found.differences, found.region_code, found.figure)
