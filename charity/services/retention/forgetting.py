"""Forgetting what is over its time, some rows in each transaction; files go after the commit that forgot them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from charity.adapters.db import Tx, end_reading, reading
from charity.adapters.photos import forget as forget_photo
from charity.adapters.sealed_pictures import forget_sealed
from charity.adapters.storage import Store
from charity.domain.actors import Actor
from charity.domain.errors import NotPermitted
from charity.domain.retention import FileForm, Record
from charity.models.acts import act
from charity.models.retention import ForgottenFile, kept_until, mark_night, note_forgotten
from charity.services.retention.evidence import forget_parcels, forget_proofs
from charity.services.retention.families import forget_consent_papers, forget_families
from charity.services.retention.traces import forget_looks, forget_reports, forget_responsible, forget_vettings

ROWS: Final = 200
Forget = Callable[[Tx, datetime, int], int]
# The other kinds are swept by turns of their own, which ask for the same periods.
AT_NIGHT: Final[Mapping[Record, Forget]] = {
    Record.FAMILIES: forget_families,
    Record.CONSENT_PAPERS: forget_consent_papers,
    Record.SLIPS: forget_proofs,
    Record.PARCELS: forget_parcels,
    Record.REPORTS: forget_reports,
    Record.VETTINGS: forget_vettings,
    Record.LOOKS: forget_looks,
    Record.RESPONSIBLE: forget_responsible,
}


@act
def forget(tx: Tx, actor: Actor, record: Record) -> int:
    """Forget the next records of a kind that are over their time; gives how many, and counts them."""
    if not actor.is_system:
        raise NotPermitted("role-needed")
    count = AT_NIGHT[record](tx, kept_until(tx, record), ROWS)
    note_forgotten(tx, record, count)
    return count


@act
def end_night(tx: Tx, actor: Actor) -> None:
    """Note that all kinds were gone through today, so that the turn rests until tomorrow."""
    if not actor.is_system:
        raise NotPermitted("role-needed")
    mark_night(tx)


def remove_files(actor: Actor, store: Store) -> int:
    """Remove the files whose records are forgotten; one that is cut off in between is removed the next time."""
    gone = 0
    for row in _waiting():
        if row.form == FileForm.PHOTO.value:
            forget_photo(row.storage_key, store)
        else:
            forget_sealed(row.storage_key, store)
        _settle(actor, row.id)
        gone += 1
    return gone


def _waiting() -> list[ForgottenFile]:
    rows = list(reading().scalars(select(ForgottenFile).order_by(ForgottenFile.id).limit(ROWS)))
    for row in rows:
        reading().expunge(row)
    end_reading()
    return rows


@act
def _settle(tx: Tx, actor: Actor, row_id: int) -> None:
    if not actor.is_system:
        raise NotPermitted("role-needed")
    tx.session.execute(delete(ForgottenFile).where(ForgottenFile.id == row_id))
