"""What donors said of transfers whose time ran out: for themselves, and for the auditor who rules."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from charity.adapters.crypto import unseal_some
from charity.adapters.db import reading
from charity.models.payees import TransferSaid, receipt_place


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidLine:
    """One word of the donor: sent or not, when, and by which receipt."""

    was_sent: bool
    sent_on: date | None
    receipt: str
    said_at: datetime


def list_said(pledge_id: int | None, *, is_open: bool) -> tuple[SaidLine, ...]:
    """List what the donor of a pledge said, the newest first; the receipt only for whom it is open."""
    if pledge_id is None:
        return ()
    rows = reading().scalars(
        select(TransferSaid).where(TransferSaid.pledge_id == pledge_id).order_by(TransferSaid.id.desc())
    )
    return tuple(
        SaidLine(
            was_sent=row.was_sent,
            sent_on=row.sent_on,
            receipt=unseal_some(row.receipt_sealed, place=receipt_place(row.ref)) if is_open else "",
            said_at=row.said_at,
        )
        for row in rows
    )
