"""Loading administrative divisions: checked as a whole first, then written in large pieces, as often as one likes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol
from unicodedata import category

from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.demo_regions import demo_regions
from charity.domain.errors import Invalid, NotPermitted
from charity.domain.regions import DEMO_PROVINCE, Level, contains, is_code, level_of, parent_of
from charity.models.regions import Region, put_regions

Row = tuple[int, str, str]
Shown = Callable[[int, int], None]
PIECE = 20_000
LONGEST_NAME = 80
# Private-use characters stay allowed: the official list writes two rare village names with them.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


class Source(Protocol):
    """Something that gives its rows (line, code, name) as often as asked."""

    def rows(self) -> Iterator[Row]:
        """Give all rows from the first."""
        ...


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows that were in scope, and those new or renamed."""

    rows: int
    changed: int


def import_regions(actor: Actor, source: Source, *, under: str = "", shown: Shown | None = None) -> Imported:
    """Load the divisions of a file at and under a code; refuses province 99 and names the line that cannot be."""
    _may_load(actor)
    total = _check(source.rows(), under)
    if not total:
        raise Invalid("region-none", params={"code": under})
    rows = ((code, name) for _, code, name in source.rows() if _is_in_scope(code, under))
    return _write(rows, total, shown)


def first_start(actor: Actor, source: Source, *, province: str) -> Imported:
    """Load one province and the invented one of the demonstration, where they are not there yet."""
    _may_load(actor)
    loaded = Imported(0, 0)
    if not _exists(DEMO_PROVINCE):
        made = [(region.code, region.name) for region in demo_regions()]
        loaded = _sum(loaded, _write(iter(made), len(made), None))
    if not _exists(province):
        loaded = _sum(loaded, import_regions(actor, source, under=province))
    return loaded


def add_invented(actor: Actor, regions: Iterable[tuple[str, str]]) -> int:
    """Add invented divisions (code, name) under province 99, for lists from elsewhere; gives how many are new."""
    _may_load(actor)
    rows = [(line, code, name) for line, (code, name) in enumerate(regions, start=1)]
    known = _parents_stored()
    for line, code, name in sorted(rows, key=lambda row: len(row[1])):
        if not contains(DEMO_PROVINCE, code):
            raise Invalid("region-not-invented", params={"line": line})
        _check_shape(line, code, name, known)
        known.add(code)
    return _write(iter([(code, name) for _, code, name in rows]), len(rows), None).changed


def _sum(one: Imported, other: Imported) -> Imported:
    return Imported(one.rows + other.rows, one.changed + other.changed)


def _may_load(actor: Actor) -> None:
    if not actor.is_system:
        raise NotPermitted("role-needed")


def _is_in_scope(code: str, under: str) -> bool:
    return contains(under, code) or contains(code, under)


def _exists(code: str) -> bool:
    found = reading().scalar(select(Region.code).where(Region.code == code)) is not None
    end_reading()
    return found


def _check(rows: Iterable[Row], under: str) -> int:
    known = _parents_stored()
    total = 0
    for line, code, name in rows:
        if not _is_in_scope(code, under):
            continue
        _check_row(line, code, name, known)
        if level_of(code) is not Level.VILLAGE:
            known.add(code)
        total += 1
    return total


def _parents_stored() -> set[str]:
    known = set(reading().scalars(select(Region.code).where(Region.level < Level.VILLAGE)))
    end_reading()
    return known | {""}


def _check_row(line: int, code: str, name: str, known: set[str]) -> None:
    if is_code(code) and contains(DEMO_PROVINCE, code):
        raise Invalid("region-code-demo", params={"line": line})
    _check_shape(line, code, name, known)


def _check_shape(line: int, code: str, name: str, known: set[str]) -> None:
    if not is_code(code):
        raise Invalid("region-code-shape", params={"line": line})
    if not name.strip() or len(name) > LONGEST_NAME or any(category(char) in UNSEEN for char in name):
        raise Invalid("region-name-shape", params={"line": line})
    if parent_of(code) not in known:
        raise Invalid("region-without-parent", params={"line": line})


def _write(rows: Iterator[tuple[str, str]], total: int, shown: Shown | None) -> Imported:
    done = changed = 0
    while piece := list(islice(rows, PIECE)):
        with transaction() as tx:  # a piece at a time, so that a running site can write in between
            changed += put_regions(
                tx, [(code, parent_of(code), int(level_of(code)), name.strip()) for code, name in piece]
            )
        done += len(piece)
        if shown is not None:
            shown(done, total)
    return Imported(done, changed)
