"""Forgetting what proved a hand-over: pictures of slips with their witnesses' names, and numbers of parcels."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from charity.adapters.crypto import seal
from charity.adapters.db import Tx
from charity.domain.retention import FileForm
from charity.ledger.texts import forget_texts
from charity.models.ledger import Entry
from charity.models.photos import Photo
from charity.models.pledges import Parcel, Pledge, Slip
from charity.models.retention import drop_later
from charity.services.retention.holding import pledge_is_over

KIND_OF_PICTURE = "slip"
TEXTS_OF_SLIPS = ("slip", "reason")  # the digest of the picture, and why one that looks like another may stand


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
    _forget_texts(tx, {row.pledge for row in rows})
    return len(rows)


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


def _forget_texts(tx: Tx, pledges: Collection[str]) -> None:
    """Delete the salts of what the book told of these gifts' slips: its digests say nothing any more, proofs hold."""
    if pledges:
        entries = list(tx.session.scalars(select(Entry.id).where(Entry.pledge.in_(pledges))))
        forget_texts(tx, entries, names=TEXTS_OF_SLIPS)
