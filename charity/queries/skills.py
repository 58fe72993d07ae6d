"""What a donor said he can give of hours, for himself alone, and the open wishes that fit it."""

from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import AccountKind, Actor
from charity.domain.calendar import day_of
from charity.domain.errors import SignInNeeded
from charity.domain.sides import TERM
from charity.domain.skills import Skills
from charity.models.skills import is_teachable, read_skills
from charity.models.wishes import IsOpen, Wish
from charity.queries.wish_cards import CARD_COLUMNS, WishCard, card_of, with_photo

MOST = 60
FIRST = 3


def get_own_skills(viewer: Actor) -> Skills:
    """Give the viewer what he said himself."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    return read_skills(reading(), viewer.account_id)


def list_teachable(viewer: Actor, *, limit: int = MOST) -> tuple[WishCard, ...]:
    """List the open wishes for hours that the viewer can give by what he said, who waits longest first."""
    if not get_own_skills(viewer).subjects:
        return ()
    now = clock.now()
    fits = is_teachable(
        viewer.account_id, since=now - TERM, today=day_of(now), is_team=viewer.kind is AccountKind.ORGANISATION
    )
    query = with_photo(select(*CARD_COLUMNS)).where(IsOpen(), Wish.wanted > Wish.committed + Wish.reserved, fits)
    rows = reading().execute(query.order_by(Wish.wall_at, Wish.id).limit(limit))
    return tuple(card_of(row, now) for row in rows)
