"""What a reported address is about, also where only its picture or its record of the book tells."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.domain.concerns import Thing, about, leaf_of, photo_of
from charity.ledger.reading import find_record
from charity.models.concerned import find_place_of
from charity.models.photos import Photo
from charity.models.wishes import Wish

_SUBJECTS: Final = {
    "wish": Thing.WISH,
    "circle": Thing.CIRCLE,
    "agreement": Thing.AGREEMENT,
    "organisation": Thing.ORGANISATION,
}


def find_thing(session: Session, page: str) -> tuple[Thing, str] | None:
    """Find the thing that an address is about; None where it is about none, or about none there is."""
    thing = about(page) or _pictured(session, photo_of(page)) or _recorded(session, leaf_of(page))
    return None if thing is None or find_place_of(session, *thing) is None else thing


def _pictured(session: Session, photo: str) -> tuple[Thing, str] | None:
    """Find a wish that shows a picture; the others that show it lose it with this one."""
    if not photo:
        return None
    showing = select(Wish.ref).join(Photo, Photo.id == Wish.photo_id).where(Photo.ref == photo)
    ref = session.scalar(showing.order_by(Wish.id.desc()).limit(1))
    return None if ref is None else (Thing.WISH, ref)


def _recorded(session: Session, leaf: int | None) -> tuple[Thing, str] | None:
    record = None if leaf is None else find_record(session, leaf)
    if record is None:
        return None
    told = record.body.subjects
    return next(((thing, told[name]) for name, thing in _SUBJECTS.items() if name in told), None)
