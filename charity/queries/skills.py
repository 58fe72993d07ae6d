"""What a donor said he can give of hours, for himself alone, and the open wishes that fit it."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, false, literal, or_, select, tuple_

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import AccountKind, Actor
from charity.domain.calendar import day_of
from charity.domain.errors import SignInNeeded
from charity.domain.kinds import Kind
from charity.domain.points import PointKind
from charity.domain.sides import TERM
from charity.domain.skills import Skills, fits_days
from charity.models.gates import is_claimed, is_own, stands_elsewhere
from charity.models.points import ServicePoint
from charity.models.service import ServiceTerms
from charity.models.skills import is_beyond, read_skills
from charity.models.wishes import IsOpen, Wish
from charity.queries.next_wishes import neighbourhoods
from charity.queries.wish_cards import CARD_COLUMNS, WishCard, card_of, with_photo

MOST = 60
FIRST = 3
_PLACE = (Wish.wall_at.label("place_at"), Wish.id.label("place"))


def get_own_skills(viewer: Actor) -> Skills:
    """Give the viewer what he said himself."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    return read_skills(reading(), viewer.account_id)


def list_teachable(viewer: Actor, *, limit: int = MOST) -> tuple[WishCard, ...]:
    """List the open wishes for hours that the viewer can give by what he said, who waits longest first.

    What he could not claim is left out: his own, and, for a person, hours with children outside a school.
    """
    skills = get_own_skills(viewer)
    if not skills.subjects:
        return ()
    now = clock.now()
    today = day_of(now)
    query = (
        with_photo(select(*CARD_COLUMNS, ServiceTerms.first_on, ServiceTerms.last_on, *_PLACE))
        .join(ServiceTerms, ServiceTerms.wish_id == Wish.id)
        .outerjoin(ServicePoint, ServicePoint.id == Wish.point_id)
        .where(IsOpen(), Wish.kind == Kind.SERVICE.value, ServiceTerms.subject.in_(sorted(skills.subjects)))
        .where(Wish.wanted > Wish.committed + Wish.reserved, ~is_beyond(viewer.account_id), *_may_claim(viewer, today))
        .where(Wish.poster_id != viewer.account_id, ~is_claimed(viewer.account_id), ~is_own(viewer.account_id))
        .where(~stands_elsewhere(viewer.account_id, now - TERM), ~_is_near(viewer))
        .order_by(Wish.wall_at, Wish.id)
        .limit(MOST)
    )
    fitting = (row for row in _read_on(query) if fits_days(skills.weekdays, row.first_on, row.last_on, today=today))
    return tuple(card_of(row, now) for row in islice(fitting, limit))


def _read_on(query: Select[Any]) -> Iterator[Any]:
    """Read part after part, as long as somebody asks: what does not fit takes nobody's place in the list."""
    part = query
    while True:
        rows = reading().execute(part).all()
        yield from rows
        if len(rows) < MOST:
            return
        last = rows[-1]
        after = tuple_(literal(last.place_at), literal(last.place))
        part = query.where(tuple_(Wish.wall_at, Wish.id) > after)


def _may_claim(viewer: Actor, today: date) -> tuple[ColumnElement[bool], ...]:
    in_time = ServiceTerms.last_on >= today
    if viewer.kind is AccountKind.ORGANISATION:
        return (in_time,)
    return (in_time, or_(ServiceTerms.serves_children.is_(False), ServicePoint.kind == PointKind.SCHOOL.value))


def _is_near(viewer: Actor) -> ColumnElement[bool]:
    return or_(false(), *(Wish.region_code.startswith(code) for code in neighbourhoods(viewer)))
