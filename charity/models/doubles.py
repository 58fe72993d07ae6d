"""Wishes that stand twice: the same picture anywhere, the same thing on the list of another of the same family."""

import re
import unicodedata
from typing import Any

from sqlalchemy import and_, or_, select, true, union
from sqlalchemy.orm import Session

from charity.adapters.photos import NEAR, distance, shows_little
from charity.domain.wishes import WishState
from charity.models.photos import Photo
from charity.models.takedowns import TakeDown
from charity.models.wishes import Wish

COMPARED = 2_000  # of the county's newest wishes with a picture
_OPEN = [state.value for state in (WishState.SUBMITTED, WishState.APPROVED, WishState.STALE)]
_WISH = (Wish.ref, Wish.title, Wish.state, Wish.photo_id, Wish.region_code, Wish.clock, Wish.hidden_at)
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


def has_same_photo(session: Session, *, wish_id: int, county: str, photo_id: int | None) -> bool:
    """Say whether another wish that was not withdrawn shows the same picture, or one that looks much alike."""
    mine = None if photo_id is None else session.get(Photo, photo_id)
    return mine is not None and bool(list_alike(session, wish_id=wish_id, county=county, photo=mine))


def list_alike(
    session: Session, *, wish_id: int, county: str, photo: Photo, taken_back: bool = False
) -> list[tuple[int, Any]]:
    """List wishes whose picture is the same anywhere, or looks much alike among the county's newest.

    With each the number of bits, of 64, in which the two differ; the most alike first. An even picture is like every
    other even one, which says nothing: of those the same file alone counts. `taken_back` lists withdrawn ones, too.
    """
    same = Photo.sha256 == photo.sha256
    others = (
        select(*_WISH, Photo.sha256, Photo.look, Photo.ref.label("photo_ref"))
        .join(Photo, Photo.id == Wish.photo_id)
        .where(Wish.id != wish_id, true() if taken_back else Wish.state != WishState.WITHDRAWN.value)
        .order_by(Wish.id.desc())
        .limit(COMPARED)
    )
    if shows_little(photo.look):
        found = {row.ref: row for row in session.execute(others.where(same))}
    else:
        near = and_(Wish.county == county, Photo.purpose == "thing")
        found = {row.ref: row for row in session.execute(others.where(near))}
        found |= {row.ref: row for row in session.execute(others.where(or_(same, Photo.look == photo.look)))}
    bits = ((0 if row.sha256 == photo.sha256 else distance(row.look, photo.look), row) for row in found.values())
    return sorted((one for one in bits if one[0] <= NEAR), key=lambda one: (one[0], one[1].ref))


def is_alike(one: Any, other: Any) -> bool:
    """Say whether two pictures are the same or look much alike; of an even one the same file alone counts."""
    if one.sha256 == other.sha256:
        return True
    return not shows_little(one.look) and distance(one.look, other.look) <= NEAR


def is_photo_down(session: Session, photo_id: int | None, *, wish_id: int) -> bool:
    """Say whether a reported concern keeps the same picture out of sight, by itself or with another wish that shows it.

    Saved again it differs by some bits and shows the same child, so what looks much alike counts as well.
    """
    mine = None if photo_id is None else session.get(Photo, photo_id)
    if mine is None:
        return False
    live = TakeDown.restored_at.is_(None)
    alone = select(Photo.sha256, Photo.look).join(TakeDown, TakeDown.photo_id == Photo.id).where(live)
    shown = select(Photo.sha256, Photo.look).join(Wish, Wish.photo_id == Photo.id)
    whole = shown.join(TakeDown, TakeDown.wish_id == Wish.id).where(live, Wish.id != wish_id, TakeDown.thing == "wish")
    return any(is_alike(mine, row) for row in session.execute(union(alone, whole)))
