"""Forgetting what proved a hand-over: pictures of slips with their witnesses' names, and numbers of parcels."""

from datetime import datetime

from sqlalchemy import delete, exists, or_, select, update

from charity.adapters.crypto import seal
from charity.adapters.db import Tx
from charity.domain.calendar import day_of
from charity.domain.retention import TEXTS_OF_DISPUTES, TEXTS_OF_SLIPS, FileForm
from charity.models.cases import Case
from charity.models.ledger import Entry
from charity.models.payees import TransferSaid
from charity.models.photos import Photo
from charity.models.pledges import Parcel, Pledge, Slip
from charity.models.retention import drop_later
from charity.models.service import ServiceTerms, ServiceVisit
from charity.models.wishes import Wish
from charity.services.retention.holding import OPEN_NEEDS, REPORT, pledge_is_over
from charity.services.retention.texts import forget_told

KIND_OF_PICTURE = "slip"


def forget_proofs(tx: Tx, before: datetime, most: int) -> int:
    """Forget the next things that proved gifts long over: slips, words of disputes, receipts, second adults."""
    return sum(forget_some(tx, before, most) for forget_some in (forget_slips, forget_disputes, _receipts, _adults))


def forget_slips(tx: Tx, before: datetime, most: int) -> int:
    """Forget the next slips of gifts long over: picture, witness and remarks; that there was a slip stays."""
    rows = tx.session.execute(
        select(Slip.id, Slip.ref, Slip.photo_id, Photo.storage_key, Pledge.ref.label("pledge"))
        .join(Photo, Photo.id == Slip.photo_id)
        .join(Pledge, Pledge.id == Slip.pledge_id)
        .where(Photo.storage_key != "", Photo.purpose == KIND_OF_PICTURE, pledge_is_over(before))
        .order_by(Slip.id)
        .limit(most)
        .with_for_update(of=Slip)
    ).all()
    drop_later(tx, FileForm.PHOTO, (row.storage_key for row in rows))
    photos = [row.photo_id for row in rows]
    tx.session.execute(update(Photo).where(Photo.id.in_(photos)).values(storage_key=""))
    for row in rows:
        nobody = seal("", place=f"slips.witness:{row.ref}")
        tx.session.execute(update(Slip).where(Slip.id == row.id).values(witness_sealed=nobody, override_reason=None))
    forget_told(tx, Entry.pledge.in_({row.pledge for row in rows}), TEXTS_OF_SLIPS)
    return len(rows)


def forget_disputes(tx: Tx, before: datetime, most: int) -> int:
    """Forget the words and grounds of the next disputes, appeals and clocks that ran out, of gifts long over."""
    cases = tx.session.scalars(
        select(Case)
        .join(Pledge, Pledge.id == Case.pledge_id)
        .where(Case.kind != REPORT, Case.opened_at <= before, or_(Case.ruled_at.is_(None), Case.ruled_at <= before))
        .where(or_(Case.words_sealed.is_not(None), Case.grounds_sealed.is_not(None)), pledge_is_over(before))
        .order_by(Case.id)
        .limit(most)
        .with_for_update(of=Case)
    ).all()
    for case in cases:
        case.words_sealed = case.grounds_sealed = None
    forget_told(tx, Entry.topic.in_([f"case:{case.ref}" for case in cases]), TEXTS_OF_DISPUTES)
    return len(cases)


def _receipts(tx: Tx, before: datetime, most: int) -> int:
    """Forget by which receipts donors said that they had sent money."""
    old = (
        select(TransferSaid.id)
        .join(Pledge, Pledge.id == TransferSaid.pledge_id)
        .where(TransferSaid.receipt_sealed.is_not(None), TransferSaid.said_at <= before, pledge_is_over(before))
        .order_by(TransferSaid.id)
        .limit(most)
    )
    ids = tx.session.scalars(old.with_for_update(of=TransferSaid)).all()
    tx.session.execute(update(TransferSaid).where(TransferSaid.id.in_(ids)).values(receipt_sealed=None))
    return len(ids)


def _adults(tx: Tx, before: datetime, most: int) -> int:
    """Forget who was the second adult when hours were given, and who was to be it where no hours are asked any more."""
    return _attested(tx, before, most) + _promised(tx, before, most)


def _attested(tx: Tx, before: datetime, most: int) -> int:
    old = (
        select(ServiceVisit.pledge_id)
        .join(Pledge, Pledge.id == ServiceVisit.pledge_id)
        .where(ServiceVisit.second_adult_sealed.is_not(None), pledge_is_over(before))
        .order_by(ServiceVisit.pledge_id)
        .limit(most)
    )
    ids = tx.session.scalars(old.with_for_update(of=ServiceVisit)).all()
    tx.session.execute(update(ServiceVisit).where(ServiceVisit.pledge_id.in_(ids)).values(second_adult_sealed=None))
    return len(ids)


def _promised(tx: Tx, before: datetime, most: int) -> int:
    running = exists().where(Pledge.wish_id == Wish.id, ~pledge_is_over(before))
    old = (
        select(ServiceTerms.wish_id)
        .join(Wish, Wish.id == ServiceTerms.wish_id)
        .where(ServiceTerms.second_adult_sealed.is_not(None), ServiceTerms.last_on <= day_of(before))
        .where(Wish.state.not_in(OPEN_NEEDS), ~running)
        .order_by(ServiceTerms.wish_id)
        .limit(most)
    )
    ids = tx.session.scalars(old.with_for_update(of=ServiceTerms)).all()
    tx.session.execute(update(ServiceTerms).where(ServiceTerms.wish_id.in_(ids)).values(second_adult_sealed=None))
    return len(ids)


def forget_parcels(tx: Tx, before: datetime, most: int) -> int:
    """Forget the next parcels of gifts long over, their numbers and orders; the book never told them."""
    rows = tx.session.execute(
        select(Parcel.id)
        .join(Pledge, Pledge.id == Parcel.pledge_id)
        .where(pledge_is_over(before))
        .order_by(Parcel.id)
        .limit(most)
        .with_for_update(of=Parcel)
    ).all()
    tx.session.execute(delete(Parcel).where(Parcel.id.in_([row.id for row in rows])))
    return len(rows)
