"""Statements about the waiting list of a wish and its offers; no rule, no commit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.models.units import rows_of
from charity.models.waiting import Offer, QueuePlace
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """Somebody who waits for units of a wish."""

    id: int
    account_id: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """An offer with what its wish adds."""

    id: int
    ref: str
    wish_id: int
    wish_ref: str
    place_id: int
    account_id: int
    units: int
    state: str
    act_by: datetime | None
    region_code: str
    title: str


_OFFER = select(
    Offer.id,
    Offer.ref,
    Offer.wish_id,
    Wish.ref.label("wish_ref"),
    Offer.place_id,
    Offer.account_id,
    Offer.units,
    Offer.state,
    Offer.act_by,
    Wish.region_code,
    Wish.title,
).join(Wish, Wish.id == Offer.wish_id)


def find_offer(tx: Tx, ref: str) -> OfferRow | None:
    """Find an offer by its reference."""
    row = tx.session.execute(_OFFER.where(Offer.ref == ref)).mappings().one_or_none()
    return None if row is None else OfferRow(**row)


def find_offer_of_place(tx: Tx, place_id: int) -> OfferRow | None:
    """Find the open offer of a place in the waiting list."""
    row = tx.session.execute(_OFFER.where(Offer.place_id == place_id, Offer.state == "open")).mappings().one_or_none()
    return None if row is None else OfferRow(**row)


def list_open_offers(tx: Tx, wish_id: int) -> list[OfferRow]:
    """List the open offers of a wish."""
    rows = tx.session.execute(_OFFER.where(Offer.wish_id == wish_id, Offer.state == "open").order_by(Offer.id))
    return [OfferRow(**row) for row in rows.mappings()]


def find_first_waiting(tx: Tx, wish_id: int) -> PlaceRow | None:
    """Find the first in the waiting list who has no open offer."""
    has_offer = select(Offer.id).where(Offer.place_id == QueuePlace.id, Offer.state == "open").exists()
    row = (
        tx.session.execute(
            select(QueuePlace.id, QueuePlace.account_id, QueuePlace.units)
            .where(QueuePlace.wish_id == wish_id, QueuePlace.left_at.is_(None), ~has_offer)
            .order_by(QueuePlace.id)
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else PlaceRow(**row)


def list_waiting(tx: Tx, wish_id: int) -> list[PlaceRow]:
    """List everybody who waits for a wish, first come first."""
    rows = tx.session.execute(
        select(QueuePlace.id, QueuePlace.account_id, QueuePlace.units)
        .where(QueuePlace.wish_id == wish_id, QueuePlace.left_at.is_(None))
        .order_by(QueuePlace.id)
    )
    return [PlaceRow(**row) for row in rows.mappings()]


def add_offer(
    tx: Tx, *, wish_id: int, place: PlaceRow, units: int, expires_at: datetime, remind_at: datetime | None
) -> str:
    """Write an open offer; gives its reference."""
    ref = new_ref()
    tx.session.execute(
        insert(Offer).values(
            ref=ref,
            wish_id=wish_id,
            place_id=place.id,
            account_id=place.account_id,
            units=units,
            state="open",
            made_at=tx.now,
            clock="offer",
            clock_started_at=tx.now,
            act_by=expires_at,
            remind_at=remind_at,
        )
    )
    return ref


def settle_offer(tx: Tx, offer_id: int, *, state: str) -> bool:
    """Bring an open offer to its end; False when it was not open any more."""
    settled = tx.session.execute(
        update(Offer)
        .where(Offer.id == offer_id, Offer.state == "open")
        .values(state=state, settled_at=tx.now, clock=None, clock_started_at=None, act_by=None, remind_at=None)
    )
    return rows_of(settled) == 1


def leave_place(tx: Tx, place_id: int) -> bool:
    """Take somebody from the waiting list; False when he had left."""
    left = tx.session.execute(
        update(QueuePlace).where(QueuePlace.id == place_id, QueuePlace.left_at.is_(None)).values(left_at=tx.now)
    )
    return rows_of(left) == 1


def set_offer_reminder(tx: Tx, offer_id: int, remind_at: datetime | None) -> None:
    """Set the next moment to remind of an open offer."""
    tx.session.execute(update(Offer).where(Offer.id == offer_id, Offer.state == "open").values(remind_at=remind_at))


def find_offer_made_at(tx: Tx, offer_id: int) -> datetime:
    """Find when an offer was made."""
    return tx.session.execute(select(Offer.made_at).where(Offer.id == offer_id)).scalar_one()
