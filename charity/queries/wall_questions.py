"""The questions of the wall, each built once for its shape: what is asked for comes in as values.

Building a question costs more than asking it, and there are only so many shapes.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from charity.adapters.db import Instant
from charity.domain.actors import AccountKind
from charity.domain.regions import Level
from charity.domain.wall import COUNTED_TO, NEARLY_LEFT, NEARLY_OF, Order
from charity.models.counties import has_families
from charity.models.gates import is_stage_shown
from charity.models.skills import is_teachable
from charity.models.wishes import IsOpen, Wish
from charity.queries.wish_cards import CARD_COLUMNS, SITE, with_photo

# Counting ends here: more than this is "more than".
RARE = COUNTED_TO + 1
ORDERS: dict[Order, ColumnElement[Any]] = {
    Order.FAIR: Wish.wall_at.expression,
    Order.LONGEST: Wish.published_at.expression,
}
COLUMNS = {Level.PROVINCE: Wish.province, Level.CITY: Wish.city, Level.COUNTY: Wish.county}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a question of the wall asks for, without the values."""

    order: Order
    kind: bool = False
    level: Level | None = None
    stage: bool = False
    low: bool = False
    high: bool = False
    nearly: bool = False
    able: AccountKind | None = None  # who asks for hours that he said he can give: a person, or a team
    counts: bool = False
    goes_on: bool = False


@lru_cache(maxsize=1_000)
def question(shape: Shape) -> Select[*tuple[Any, ...]]:
    """Build the question of a shape; its values come with the same names."""
    return asking(shape, ())


def asking(shape: Shape, also: tuple[ColumnElement[bool], ...]) -> Select[*tuple[Any, ...]]:
    """Build the question of a shape with conditions of its own."""
    where, ranked = [IsOpen(), *conditions(shape), *also], ORDERS[shape.order]
    total = literal(None)
    if shape.counts:
        # Along the wall's index: without an order PostgreSQL reads the table from its front, past wishes that are over.
        counted = select(Wish.id).where(*where).order_by(ranked, Wish.id).limit(RARE).subquery()
        total = select(func.count()).select_from(counted).scalar_subquery()
    found = with_photo(select(*CARD_COLUMNS, total.label("total"))).where(*where, *goes_on(shape))
    return found.order_by(ranked, Wish.id).limit(bindparam("most", type_=Integer()))


def goes_on(shape: Shape) -> list[ColumnElement[bool]]:
    """Give the condition that a wish comes after the last one of the page before, `rank` and `last`."""
    if not shape.goes_on:
        return []
    type_ = Instant() if shape.order is Order.LONGEST else None
    return [tuple_(ORDERS[shape.order], Wish.id) > tuple_(bindparam("rank", type_=type_), bindparam("last"))]


def conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """Give the conditions of a shape's filters."""
    left = Wish.wanted - Wish.committed - Wish.reserved
    said: list[tuple[bool, ColumnElement[bool]]] = [
        (shape.kind, Wish.kind == bindparam("kind")),
        (shape.stage, Wish.school_stage == bindparam("stage")),
        (shape.stage, is_stage_shown(bindparam("today", type_=Date()))),
        (shape.low, Wish.unit_fen >= bindparam("low")),
        (shape.high, Wish.unit_fen <= bindparam("high")),
        (shape.nearly, and_(left < Wish.wanted, left * NEARLY_OF <= Wish.wanted * NEARLY_LEFT)),
    ]
    found = [condition for is_asked, condition in said if is_asked]
    if shape.level is not None:
        found.append(within(shape.level, bindparam("region")))
    if shape.able is not None:
        found.append(_able(shape.able))
    return found


def _able(kind: AccountKind) -> ColumnElement[bool]:
    """Filter by what the reader, `me`, said he can give of hours; it is read in the same question."""
    return is_teachable(
        bindparam("me", type_=Integer()),
        since=bindparam("stood_since", type_=Instant()),
        today=bindparam("today", type_=Date()),
        is_team=kind is AccountKind.ORGANISATION,
    )


def within(level: Level, code: BindParameter[str] | str) -> ColumnElement[bool]:
    """Filter by province, city or county; a county too small to be named finds its sites only."""
    here = COLUMNS[level] == code
    return here if level is not Level.COUNTY else and_(here, or_(Wish.beneficiary_kind == SITE, has_families(code)))
