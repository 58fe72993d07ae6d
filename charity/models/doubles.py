"""Wishes that stand twice: the same picture anywhere, the same thing on the list of another of the same family."""

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from charity.adapters.photos import NEAR, distance
from charity.domain.wishes import WishState
from charity.models.photos import Photo
from charity.models.takedowns import TakeDown
from charity.models.wishes import Wish

_OPEN = [state.value for state in (WishState.SUBMITTED, WishState.APPROVED, WishState.STALE)]
_KEPT = re.compile(r"[^\w]|_")


def same_words(one: str, other: str) -> bool:
    """Say whether two titles are the same but for case, width, spaces and punctuation."""
    return _plain(one) == _plain(other)


def _plain(title: str) -> str:
    return _KEPT.sub("", unicodedata.normalize("NFKC", title).casefold())


def list_open_in_family(session: Session, *, wish_id: int, household_id: int | None, category: str) -> list[Any]:
    """List the other open wishes of the same family that ask for something of the same category."""
    if household_id is None:
        return []
    rows = session.execute(
        select(Wish.ref, Wish.title, Wish.state, Wish.beneficiary_kind, Wish.size, Wish.wanted, Wish.submitted_at)
        .where(Wish.household_id == household_id, Wish.id != wish_id, Wish.category == category)
        .where(Wish.state.in_(_OPEN), Wish.circle_id.is_(None))
        .order_by(Wish.id)
        .limit(50)
    )
    return list(rows)


def has_same_photo(session: Session, *, wish_id: int, photo_id: int | None) -> bool:
    """Say whether another wish that was not withdrawn shows the same picture."""
    mine = None if photo_id is None else session.get(Photo, photo_id)
    if mine is None:
        return False
    same = exists().where(
        Wish.photo_id == Photo.id, Wish.id != wish_id, _looks_like(mine), Wish.state != WishState.WITHDRAWN.value
    )
    return bool(session.scalar(select(same)))


def is_photo_down(session: Session, photo_id: int | None) -> bool:
    """Say whether a reported concern keeps the same picture out of sight, whichever wish showed it.

    Saved again it differs by some bits and shows the same child, so what looks much alike counts as well.
    """
    mine = None if photo_id is None else session.get(Photo, photo_id)
    if mine is None:
        return False
    down = select(Photo.sha256, Photo.look).join(TakeDown, TakeDown.photo_id == Photo.id)
    rows = session.execute(down.where(TakeDown.restored_at.is_(None)).distinct())
    return any(sha256 == mine.sha256 or distance(look, mine.look) <= NEAR for sha256, look in rows)


def _looks_like(mine: Photo) -> ColumnElement[bool]:
    return or_(Photo.sha256 == mine.sha256, Photo.look == mine.look)
