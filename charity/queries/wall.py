"""The wall: open wishes in one honest order, found by filters and words, page by page without counting pages."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection

from charity.adapters import clock
from charity.adapters.crypto import new_ref
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.catalogue import PRICE_BANDS
from charity.domain.errors import Invalid, SignInNeeded
from charity.domain.kinds import Kind
from charity.domain.matching import Reason
from charity.domain.regions import Level, at_level, is_code, level_of
from charity.domain.served import Ranked, Served
from charity.domain.sides import TERM
from charity.domain.wall import COUNTED_TO, Order, band_of, page_size
from charity.queries.cursors import LARGEST, read_moment, read_number
from charity.queries.wall_questions import Shape, asking, question, within
from charity.queries.wall_words import find, found_of
from charity.queries.wish_cards import WishCard, card_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WallFilters:
    """What somebody looks for; empty means everything."""

    kind: str = ""
    region: str = ""
    stage: str = ""
    price: str = ""
    nearly: bool = False
    longest: bool = False
    able: bool = False  # only hours that the reader said he can give
    q: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WallRows:
    """What was read for one page of the wall; total is counted on the first page only, up to a thousand."""

    rows: Sequence[Any]
    next: str | None
    total: int | None
    is_more_than_counted: bool
    order: Order
    served: Served
    reasons: tuple[tuple[Reason, ...], ...] = ()  # of each card, where points ranked it


@dataclass(frozen=True, slots=True, kw_only=True)
class WallPage(WallRows):
    """One page of the wall, with its cards."""

    cards: tuple[WishCard, ...]


def page_of(found: WallRows) -> WallPage:
    """Make the cards of what was read."""
    now = clock.now()
    today = day_of(now)
    return WallPage(
        rows=found.rows,
        cards=tuple(card_of(row, now, today) for row in found.rows),
        next=found.next,
        total=found.total,
        is_more_than_counted=found.is_more_than_counted,
        order=found.order,
        served=found.served,
        reasons=found.reasons,
    )


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
    return page_of(read_wall(reading().connection(), viewer, filters, cursor, limit=limit, also=also))


Ask = Callable[[Shape, dict[str, Any]], Sequence[Any]]


def read_wall(
    connection: Connection,
    viewer: Actor,
    filters: WallFilters = EMPTY,
    cursor: str | None = None,
    *,
    limit: int | None = None,
    also: tuple[ColumnElement[bool], ...] = (),
) -> WallRows:
    """Read what a page of open wishes after a cursor is made of."""

    def ask(shape: Shape, values: dict[str, Any]) -> Sequence[Any]:
        return connection.execute(asking(shape, also) if also else question(shape), values).all()

    return read_by(ask, viewer, filters, cursor, limit=limit)


def read_by(
    ask: Ask, viewer: Actor, filters: WallFilters, cursor: str | None = None, *, limit: int | None = None
) -> WallRows:
    """Read what a page is made of; `ask` asks the question of a shape with its values."""
    order = Order.LONGEST if filters.longest else order_for(viewer)
    size = page_size(limit)
    asked, values = _asked(viewer, filters, order)
    values |= {"most": size + 1} | ({} if cursor is None else _after(order, cursor))
    shape = replace(asked, counts=cursor is None, goes_on=cursor is not None)
    found = find(shape, values, filters.q) if filters.q.strip() else found_of(shape, ask(shape, values))
    return WallRows(
        rows=found.rows[:size],
        next=_cursor(order, found.rows[size - 1]) if len(found.rows) > size else None,
        total=None if found.total is None else min(found.total, COUNTED_TO),
        is_more_than_counted=found.is_more,
        order=order,
        served=_served(order, found.rows[:size]),
    )


def _served(order: Order, rows: Sequence[Any]) -> Served:
    wishes = tuple(Ranked(row.id, _place(order, row), int(row.published_at.timestamp())) for row in rows)
    return Served(ref=new_ref(), served_at=clock.now(), wishes=wishes, rule=order.value)


def _place(order: Order, row: Any) -> int:
    return row.wall_at if order is Order.FAIR else int(row.published_at.timestamp())


def _asked(viewer: Actor, filters: WallFilters, order: Order) -> tuple[Shape, dict[str, Any]]:
    """Part what somebody looks for into a shape and its values; Invalid for what cannot be looked for."""
    values: dict[str, Any] = {}
    if filters.kind:
        values["kind"] = _kind(filters.kind)
    level = None
    if filters.region:
        level, values["region"] = place_of(filters.region)
    if filters.stage:
        values |= {"stage": filters.stage, "today": day_of(clock.now())}
    low, high = band_of(filters.price, PRICE_BANDS) if filters.price else (None, None)
    values |= {name: value for name, value in (("low", low), ("high", high)) if value is not None}
    if filters.able:
        if not viewer.is_signed_in:
            raise SignInNeeded
        now = clock.now()
        values |= {"me": viewer.account_id, "stood_since": now - TERM, "today": day_of(now)}
    shape = Shape(
        order=order,
        kind="kind" in values,
        level=level,
        stage="stage" in values,
        low=low is not None,
        high=high is not None,
        nearly=filters.nearly,
        able=viewer.kind if filters.able else None,
    )
    return shape, values


def _kind(code: str) -> str:
    try:
        return Kind(code).value
    except ValueError:
        raise Invalid("kind-unknown", field="kind") from None


def place_of(code: str) -> tuple[Level, str]:
    """Read what place is looked for, down to the county; Invalid for what is none."""
    if not is_code(code):
        raise Invalid("region-unknown", field="region")
    level = min(level_of(code), Level.COUNTY)
    return level, at_level(code, level)


def in_region(code: str) -> ColumnElement[bool]:
    """Filter by province, city or county, as the wall does."""
    return within(*place_of(code))


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


def cursor_at(order: Order, second: int) -> str:
    """Give the cursor of the place where what was published at a second stands, if nobody has taken a unit of it."""
    moment = datetime.fromtimestamp(second, UTC)
    return _written(order, second if order is Order.FAIR else moment.isoformat(), 0)


def _after(order: Order, cursor: str) -> dict[str, Any]:
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        name, rank, last = plain.split("|")
        if name != order.value:
            raise ValueError(name)
        return {"rank": _rank(rank) if order is Order.FAIR else read_moment(rank), "last": read_number(last)}
    except (ValueError, binascii.Error):
        raise Invalid("cursor-unreadable", field="cursor") from None


def _rank(text: str) -> int:
    rank = int(text)
    if abs(rank) > LARGEST:
        raise ValueError(text)
    return rank
