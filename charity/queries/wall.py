"""The wall: open wishes in one honest order, found by filters and words, page by page without counting pages."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, and_, func, literal, select, tuple_

from charity.adapters import clock
from charity.adapters.crypto import new_ref
from charity.adapters.db import Instant, reading
from charity.adapters.search_text import query_tokens
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.catalogue import PRICE_BANDS
from charity.domain.errors import Invalid
from charity.domain.kinds import Kind
from charity.domain.matching import Reason
from charity.domain.regions import Level, at_level, is_code, level_of
from charity.domain.served import Ranked, Served
from charity.domain.wall import COUNTED_TO, NEARLY_LEFT, NEARLY_OF, Order, band_of, page_size
from charity.models.counties import is_named
from charity.models.gates import is_stage_shown
from charity.models.wishes import IsOpen, Wish, WishToken
from charity.queries.cursors import LARGEST, read_moment, read_number
from charity.queries.wish_cards import CARD_COLUMNS, WishCard, card_of, with_photo

# A word that fewer wishes share than this is looked up first; a commoner one is met while walking along the wall.
RARE = COUNTED_TO + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WallFilters:
    """What somebody looks for; empty means everything."""

    kind: str = ""
    region: str = ""
    stage: str = ""
    price: str = ""
    nearly: bool = False
    longest: bool = False
    q: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WallPage:
    """One page of the wall; total is counted on the first page only, up to a thousand."""

    cards: tuple[WishCard, ...]
    next: str | None
    total: int | None
    is_more_than_counted: bool
    order: Order
    served: Served
    reasons: tuple[tuple[Reason, ...], ...] = ()  # of each card, where points ranked it


EMPTY = WallFilters()


def order_for(_viewer: Actor) -> Order:
    """Give the order in which a viewer sees the wall: one honest order for everybody, for now."""
    return Order.FAIR


def list_wall(
    viewer: Actor,
    filters: WallFilters = EMPTY,
    cursor: str | None = None,
    *,
    limit: int | None = None,
    also: tuple[ColumnElement[bool], ...] = (),
) -> WallPage:
    """List a page of open wishes after a cursor; four questions to the database at most."""
    order = Order.LONGEST if filters.longest else order_for(viewer)
    size = page_size(limit)
    conditions = [*_conditions(filters), *also]
    ranked = _ORDERS[order]
    found = _by_words(filters.q)
    if found is None:
        return WallPage(
            cards=(), next=None, total=0, is_more_than_counted=False, order=order, served=_served(order, ())
        )
    conditions += found.conditions
    query = _page(ranked, conditions, count=cursor is None, along=not found.is_rare)
    if cursor is not None:
        query = query.where(_after(order, cursor))
    rows = reading().execute(query.limit(size + 1)).all()
    total = None if cursor is not None else (rows[0].total if rows else 0)
    now = clock.now()
    return WallPage(
        cards=tuple(card_of(row, now) for row in rows[:size]),
        next=_cursor(order, rows[size - 1]) if len(rows) > size else None,
        total=None if total is None else min(total, COUNTED_TO),
        is_more_than_counted=total is not None and total > COUNTED_TO,
        order=order,
        served=_served(order, rows[:size]),
    )


def _served(order: Order, rows: Sequence[Any]) -> Served:
    wishes = tuple(Ranked(row.id, _place(order, row), int(row.published_at.timestamp())) for row in rows)
    return Served(ref=new_ref(), served_at=clock.now(), wishes=wishes, rule=order.value)


def _place(order: Order, row: Any) -> int:
    return row.wall_at if order is Order.FAIR else int(row.published_at.timestamp())


def _conditions(filters: WallFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.kind:
        found.append(Wish.kind == _kind(filters.kind))
    if filters.region:
        found.append(in_region(filters.region))
    if filters.stage:
        found += [Wish.school_stage == filters.stage, is_stage_shown(day_of(clock.now()))]
    if filters.price:
        low, high = band_of(filters.price, PRICE_BANDS)
        found += [Wish.unit_fen >= low, *([] if high is None else [Wish.unit_fen <= high])]
    if filters.nearly:
        left = Wish.wanted - Wish.committed - Wish.reserved
        found += [left < Wish.wanted, left * NEARLY_OF <= Wish.wanted * NEARLY_LEFT]
    return found


def _kind(code: str) -> str:
    try:
        return Kind(code).value
    except ValueError:
        raise Invalid("kind-unknown", field="kind") from None


def in_region(code: str) -> ColumnElement[bool]:
    """Filter by province, city or county; a county too small to be named finds its sites only."""
    if not is_code(code):
        raise Invalid("region-unknown", field="region")
    level = min(level_of(code), Level.COUNTY)
    column = {Level.PROVINCE: Wish.province, Level.CITY: Wish.city, Level.COUNTY: Wish.county}[level]
    here = column == at_level(code, level)
    return here if level is not Level.COUNTY else and_(here, is_named(code))


@dataclass(frozen=True, slots=True)
class _Found:
    conditions: list[ColumnElement[bool]]
    is_rare: bool


def _by_words(q: str) -> _Found | None:
    """Give the conditions of a search, every word of which must be there; None when some word is nowhere."""
    if not q.strip():
        return _Found([], is_rare=False)
    tokens = query_tokens(q)
    if not tokens:
        return None
    counts = {row.token: row.wishes for row in reading().execute(_counts(tokens))}
    rarest = min(tokens, key=lambda token: counts[token])
    if not counts[rarest]:
        return None
    if counts[rarest] >= RARE:
        return _Found([_has(token) for token in tokens], is_rare=False)
    holders = select(WishToken.wish_id).where(WishToken.token == rarest)
    others = [_has(token) for token in tokens if token != rarest]
    return _Found([Wish.id.in_(holders), *others], is_rare=True)


def _counts(tokens: list[str]) -> Executable:
    one, *more = [
        select(
            literal(token).label("token"),
            select(func.count()).select_from(_few(token)).scalar_subquery().label("wishes"),
        )
        for token in tokens
    ]
    return one.union_all(*more) if more else one


def _few(token: str) -> Any:
    return select(WishToken.wish_id).where(WishToken.token == token).limit(RARE).subquery()


def _has(token: str) -> ColumnElement[bool]:
    return select(WishToken.wish_id).where(WishToken.token == token, WishToken.wish_id == Wish.id).exists()


def _is_open() -> list[ColumnElement[bool]]:
    # Word for word what the indexes of the wall say, so that both databases see that they fit.
    return [IsOpen()]


def _page(
    ranked: ColumnElement[Any], conditions: list[ColumnElement[bool]], *, count: bool, along: bool
) -> Select[*tuple[Any, ...]]:
    where = [*_is_open(), *conditions]
    total = literal(None)
    if count:
        counted = select(Wish.id).where(*where).limit(RARE).subquery()
        total = select(func.count()).select_from(counted).scalar_subquery()
    # Few hits are sorted by themselves: coalesce hides the column, so that nobody walks the whole wall for them.
    by = ranked if along else func.coalesce(ranked, ranked)
    found = with_photo(select(*CARD_COLUMNS, total.label("total"))).where(*where)
    return found.order_by(by, Wish.id)


_ORDERS: dict[Order, ColumnElement[Any]] = {
    Order.FAIR: Wish.wall_at.expression,
    Order.LONGEST: Wish.published_at.expression,
}


def _cursor(order: Order, row: Any) -> str:
    """Write down after which card the next page begins; opaque, because its shape may change."""
    rank = row.wall_at if order is Order.FAIR else row.published_at.astimezone(UTC).isoformat()
    return _written(order, rank, row.id)


def _written(order: Order, rank: object, last: int) -> str:
    return base64.urlsafe_b64encode(f"{order.value}|{rank}|{last}".encode()).decode().rstrip("=")


def start_of(order: Order) -> str:
    """Give the cursor before the first wish of a plain order."""
    rank = "0001-01-01T00:00:00+00:00" if order is not Order.FAIR else str(-LARGEST)
    return _written(order, rank, 0)


def _after(order: Order, cursor: str) -> ColumnElement[bool]:
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        name, rank, last = plain.split("|")
        value = literal(_rank(rank)) if order is Order.FAIR else literal(read_moment(rank), Instant())
        if name != order.value:
            raise ValueError(name)
        return tuple_(_ORDERS[order], Wish.id) > tuple_(value, literal(read_number(last)))
    except (ValueError, binascii.Error):
        raise Invalid("cursor-unreadable", field="cursor") from None


def _rank(text: str) -> int:
    rank = int(text)
    if abs(rank) > LARGEST:
        raise ValueError(text)
    return rank
