"""What the public may take away: wishes, lines of the boards, figures and the book, as tables row by row."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from charity.adapters.db import reading
from charity.adapters.sheets import Cell
from charity.domain.entries import board_lines
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.domain.regions import DEMO_PROVINCE
from charity.domain.wishes import PUBLIC, WishState, label_of, units_left
from charity.ledger import BEFORE_ALL, Record, entries_after
from charity.models.wishes import Wish
from charity.queries.concerns import count_concerns
from charity.queries.figures import get_figures
from charity.queries.wish_cards import place_is_large

PIECE = 1_000
FORMATS = ("csv", "json", "xlsx")


@dataclass(frozen=True, slots=True)
class Table:
    """A table to take away: its columns, and its rows one after the other."""

    name: str
    header: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[Cell, ...]]]


def get_table(name: str, *, with_demo: bool) -> Table:
    """Give an open table by its name; Missing for any other."""
    tables = {
        "wishes": Table("wishes", WISHES, lambda: _wishes(with_demo=with_demo)),
        "boards-lines": Table("boards-lines", LINES, _lines),
        "figures": Table("figures", ("figure", "value"), lambda: _figures(with_demo=with_demo)),
        "book": Table("book", ("number", "entry"), _book),
    }
    if name not in tables:
        raise Missing
    return tables[name]


WISHES = (
    "id", "title", "kind", "for", "county", "category", "unit_price_fen", "units_wanted", "units_left",
    "units_fulfilled", "state", "posted_at",
)  # fmt: skip


def _wishes(*, with_demo: bool) -> Iterator[tuple[Cell, ...]]:
    last = 0
    while True:
        shown = Wish.state.in_([state.value for state in PUBLIC]), Wish.hidden_at.is_(None)
        conditions = [*shown, *([] if with_demo else [Wish.province < DEMO_PROVINCE])]
        rows = (
            reading()
            .execute(
                select(Wish, place_is_large)
                .where(
                    Wish.id > last,
                    Wish.state.in_([state.value for state in PUBLIC]),
                    Wish.hidden_at.is_(None),
                    *conditions,
                )
                .order_by(Wish.id)
                .limit(PIECE)
            )
            .all()
        )
        if not rows:
            return
        for wish, is_large in rows:
            yield _wish(wish, county=wish.county if is_large else wish.city)
        last = rows[-1][0].id


def _wish(wish: Wish, *, county: str) -> tuple[Cell, ...]:
    left = units_left(wanted=wish.wanted, committed=wish.committed, reserved=wish.reserved)
    state = label_of(WishState(wish.state), left)
    return (
        wish.ref,
        wish.title,
        wish.kind,
        wish.beneficiary_kind,
        county,
        wish.category,
        None if wish.kind == Kind.SERVICE.value else wish.unit_fen,  # an hour has no price
        wish.wanted,
        left,
        wish.fulfilled,
        state.value,
        None if wish.published_at is None else wish.published_at.isoformat(),
    )


LINES = ("leaf", "pseudonym", "region", "metric", "month", "value")


def _lines() -> Iterator[tuple[Cell, ...]]:
    for record in _records():
        yield from _lines_of(record)


def _records() -> Iterator[Record]:
    leaf = BEFORE_ALL
    while records := entries_after(reading(), leaf, limit=PIECE):
        yield from records
        leaf = records[-1].number if records[-1].number is not None else leaf


def _lines_of(record: Record) -> Iterator[tuple[Cell, ...]]:
    for line in board_lines(record.body):
        yield record.number, line.pseudonym or "", line.county, line.metric, line.month, line.value


def _book() -> Iterator[tuple[Cell, ...]]:
    for record in _records():
        yield record.number, record.data.decode()


def _figures(*, with_demo: bool) -> Iterator[tuple[Cell, ...]]:
    figures = asdict(get_figures(with_demo=with_demo))
    for name, value in figures.items():
        if not isinstance(value, tuple | dict):
            yield name, _said(name, value)
    for name, value in figures["pairings"].items():
        yield f"pairings:{name}", _said("count", value)
    for way in figures["ways"]:
        yield f"confirmed_by:{way['code']}", _said("count", way["count"])
    for row in figures["seen"]:
        yield f"open_wishes_seen:{row['code']}", _said("count", row["count"])
    for row in figures["counties"]:
        for name in ("open_wishes", "fulfilled_wishes", "unhelped_wishes", "overdue"):
            yield f"{name}:{row['county']}", "<5" if row[name] is None else row[name]
    for name, value in asdict(count_concerns(with_demo=with_demo)).items():
        yield f"concerns:{name}", "" if value is None else value


def _said(name: str, value: Any) -> Cell:
    """A hidden count is told as such; a moment that is not there stays empty."""
    if value is None:
        return "" if name.endswith("_at") else "<5"
    return value.isoformat() if hasattr(value, "isoformat") else value


@dataclass(frozen=True, slots=True)
class LinesDigest:
    """What the daily entry says about the open file of lines: its digest, its rows and the last leaf in it."""

    digest: str
    rows: int
    leaf: int


def digest_lines() -> LinesDigest:
    """Digest every line of the boards (SHA-256 over the rows as text), as anybody can from the open file."""
    total, rows, leaf = hashlib.sha256(), 0, 0
    for record in _records():
        leaf = record.number or leaf
        for line in _lines_of(record):
            total.update((",".join("" if cell is None else str(cell) for cell in line) + "\n").encode())
            rows += 1
    return LinesDigest(total.hexdigest(), rows, leaf)
