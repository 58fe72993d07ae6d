"""The waiting list as its donor sees it: his places, and what is offered to him."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing, SignInNeeded
from charity.models.waiting import Offer, QueuePlace
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCard:
    """One place in a waiting list."""

    wish: str
    title: str
    units: int
    joined_at: datetime
    ahead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCard:
    """Units offered to whoever waited first."""

    ref: str
    wish: str
    title: str
    units: int
    unit_label: str
    unit_fen: int
    state: str
    made_at: datetime
    act_by: datetime | None


def list_places(viewer: Actor) -> tuple[PlaceCard, ...]:
    """List the waiting lists the viewer is in, with how many wait before him."""
    _signed_in(viewer)
    before = QueuePlace.__table__.alias("before")
    ahead = (
        select(func.count())
        .select_from(before)
        .where(before.c.wish_id == QueuePlace.wish_id, before.c.left_at.is_(None), before.c.id < QueuePlace.id)
        .scalar_subquery()
    )
    rows = reading().execute(
        select(Wish.ref, Wish.title, QueuePlace.units, QueuePlace.joined_at, ahead)
        .join(Wish, Wish.id == QueuePlace.wish_id)
        .where(QueuePlace.account_id == viewer.account_id, QueuePlace.left_at.is_(None))
        .order_by(QueuePlace.id.desc())
    )
    return tuple(
        PlaceCard(wish=ref, title=title, units=units, joined_at=joined_at, ahead=count)
        for ref, title, units, joined_at, count in rows
    )


_COLUMNS = (
    Offer.ref,
    Wish.ref.label("wish"),
    Wish.title,
    Offer.units,
    Wish.unit_label,
    Wish.unit_fen,
    Offer.state,
    Offer.made_at,
    Offer.act_by,
)


def list_open_offers(viewer: Actor) -> tuple[OfferCard, ...]:
    """List what is offered to the viewer now, the most urgent first."""
    _signed_in(viewer)
    rows = reading().execute(
        select(*_COLUMNS)
        .join(Wish, Wish.id == Offer.wish_id)
        .where(Offer.account_id == viewer.account_id, Offer.state == "open")
        .order_by(Offer.act_by)
    )
    return tuple(OfferCard(**row) for row in rows.mappings())


def get_offer(viewer: Actor, ref: str) -> OfferCard:
    """Give an offer to the one it was made to; to anybody else it is missing."""
    _signed_in(viewer)
    row = (
        reading()
        .execute(
            select(*_COLUMNS)
            .join(Wish, Wish.id == Offer.wish_id)
            .where(Offer.ref == ref, Offer.account_id == viewer.account_id)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise Missing
    return OfferCard(**row)


def is_waiting(viewer: Actor, wish_ref: str) -> bool:
    """Say whether the viewer is in the waiting list of a wish."""
    if not viewer.is_signed_in:
        return False
    found = reading().execute(
        select(QueuePlace.id)
        .join(Wish, Wish.id == QueuePlace.wish_id)
        .where(Wish.ref == wish_ref, QueuePlace.account_id == viewer.account_id, QueuePlace.left_at.is_(None))
    )
    return found.first() is not None


def _signed_in(viewer: Actor) -> None:
    if not viewer.is_signed_in:
        raise SignInNeeded
