"""The wall while its index is missing or stale: what the reader stated first, then everything, the most urgent first.

Two lists one after the other, each along an index of the wall: those of the stated places and kinds, then the others.
"""

from dataclasses import replace

from sqlalchemy import ColumnElement, and_, not_, or_

from charity.domain.actors import Actor
from charity.domain.interests import Interests
from charity.domain.wall import Order
from charity.models.wishes import Wish
from charity.queries.wall import EMPTY, WallPage, in_region, list_wall

STATED, REST = "stated~", "rest~"


def list_stated_first(
    viewer: Actor, interests: Interests, cursor: str | None = None, *, limit: int | None = None
) -> WallPage:
    """List a page in the fair order, the wishes that agree with what was stated before all others."""
    agrees = _agreeing(interests)
    is_plain = cursor is not None and not cursor.startswith((STATED, REST))
    if agrees is None or is_plain:
        return list_wall(viewer, EMPTY, _inner(cursor), limit=limit)
    if cursor is None or cursor.startswith(STATED):
        page = list_wall(viewer, EMPTY, _inner(cursor), limit=limit, also=(agrees,))
        if page.cards or cursor is not None:
            onwards = REST if page.next is None else STATED + page.next
            return replace(page, next=onwards, total=None, order=Order.STATED)
        cursor = REST
    page = list_wall(viewer, EMPTY, _inner(cursor), limit=limit, also=(not_(agrees),))
    return replace(page, next=None if page.next is None else REST + page.next, total=None, order=Order.STATED)


def _inner(cursor: str | None) -> str | None:
    """Give the cursor of the list inside; none at the beginning of either."""
    if cursor is None:
        return None
    return cursor.removeprefix(STATED).removeprefix(REST) or None


def _agreeing(interests: Interests) -> ColumnElement[bool] | None:
    stated = interests.stated
    conditions: list[ColumnElement[bool]] = []
    if stated.places:
        conditions.append(or_(*(in_region(place) for place in stated.places)))
    if stated.kinds:
        conditions.append(Wish.category.in_(sorted(stated.kinds)))
    return and_(*conditions) if conditions else None
