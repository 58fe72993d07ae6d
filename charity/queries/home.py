"""The front page: four honest figures, and the wishes that waited longest and came last."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.regions import DEMO_PROVINCE
from charity.domain.wall import waiting_days
from charity.models.pledges import Pledge
from charity.models.wishes import IsOpen, Wish
from charity.queries.wish_cards import CARD_COLUMNS, WishCard, card_of, with_photo

CARDS = 6
KEPT = 30.0
_kept: dict[bool, tuple[float, "HomeFigures"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFigures:
    """What waits and what came true; nothing that a click can raise."""

    open_wishes: int
    confirmed_gifts: int
    on_the_way: int
    oldest_days: int
    units_wanted: int
    units_confirmed: int
    units_moving: int
    units_taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The front page's figures and cards."""

    figures: HomeFigures
    longest: tuple[WishCard, ...]
    newest: tuple[WishCard, ...]


def get_home(_viewer: Actor, *, with_demo: bool) -> HomePage:
    """Show the front page: two questions, one of them answered from memory for half a minute."""
    now = clock.now()
    found = reading().execute(_cards(with_demo=with_demo)).all()
    cards = {row.id: card_of(row, now) for row in found}
    newest = [cards[row.id] for row in found if row.shelf == 1]
    return HomePage(
        figures=_figures(now, with_demo=with_demo),
        longest=tuple(cards[row.id] for row in found if row.shelf == 0),
        newest=tuple(sorted(newest, key=lambda card: card.posted_at, reverse=True)),
    )


def forget_home() -> None:
    """Forget the kept figures, between tests."""
    _kept.clear()


def _scope(*, with_demo: bool) -> list[ColumnElement[bool]]:
    return [] if with_demo else [Wish.province != DEMO_PROVINCE]


def _cards(*, with_demo: bool) -> Any:
    where = (IsOpen(), *_scope(with_demo=with_demo))
    longest = select(Wish.id).where(*where).order_by(Wish.wall_at, Wish.id).limit(CARDS)
    newest = select(Wish.id).where(*where).order_by(Wish.published_at.desc(), Wish.id.desc()).limit(CARDS)
    shelves = [
        select(one.c.id, literal(shelf).label("shelf"))
        for shelf, one in enumerate((longest.subquery(), newest.subquery()))
    ]
    chosen = union_all(*shelves).subquery("chosen")
    return (
        with_photo(select(*CARD_COLUMNS, chosen.c.shelf))
        .join(chosen, chosen.c.id == Wish.id)
        .order_by(chosen.c.shelf, Wish.wall_at, Wish.id)
    )


def _figures(now: datetime, *, with_demo: bool) -> HomeFigures:
    made, figures = _kept.get(with_demo, (float("-inf"), None))
    if figures is None or time.monotonic() - made > KEPT:
        figures = _count(now, with_demo=with_demo)
        _kept[with_demo] = (time.monotonic(), figures)
    return figures


def _count(now: datetime, *, with_demo: bool) -> HomeFigures:
    public = (Wish.state.in_(["approved", "stale", "closed"]), Wish.hidden_at.is_(None), *_scope(with_demo=with_demo))
    confirmed = (
        select(func.count())
        .select_from(Pledge)
        .where(Pledge.state == "confirmed", *([] if with_demo else [~Pledge.region_code.startswith(DEMO_PROVINCE)]))
        .scalar_subquery()
    )
    is_open = (Wish.state == "approved") & (Wish.committed + Wish.reserved < Wish.wanted)
    row = (
        reading()
        .execute(
            select(
                func.count().filter(is_open).label("open"),
                func.min(Wish.published_at).filter(is_open).label("oldest"),
                func.coalesce(func.sum(Wish.wanted), 0).label("wanted"),
                func.coalesce(func.sum(Wish.fulfilled), 0).label("fulfilled"),
                func.coalesce(func.sum(Wish.in_transit), 0).label("moving"),
                func.coalesce(func.sum(Wish.committed), 0).label("taken"),
                confirmed.label("confirmed"),
            ).where(*public)
        )
        .one()
    )
    return HomeFigures(
        open_wishes=row.open,
        confirmed_gifts=row.confirmed,
        on_the_way=row.moving,
        oldest_days=0 if row.oldest is None else waiting_days(row.oldest, now),
        units_wanted=row.wanted,
        units_confirmed=row.fulfilled,
        units_moving=row.moving,
        units_taken=row.taken,
    )
