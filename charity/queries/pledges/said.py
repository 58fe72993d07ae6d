"""What donors said of transfers whose time ran out, and how money went back: for themselves and for the auditor."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select

from charity.adapters.crypto import unseal, unseal_some
from charity.adapters.db import reading
from charity.models.organisations import Payout
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """By which document an organisation says that it sent money back, and whether another gift has the same one."""

    document: str
    is_used_before: bool
    said_at: datetime


def find_refund(pledge_id: int | None) -> RefundLine | None:
    """Find how money last went back to its donor: for himself, the officers and the auditor who rules."""
    newest = select(Payout).where(Payout.pledge_id == pledge_id, Payout.is_refund.is_(True))
    row = reading().scalars(newest.order_by(Payout.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    other = exists().where(Payout.document_digest == row.document_digest, Payout.pledge_id != row.pledge_id)
    return RefundLine(
        document=unseal(row.document_sealed, place=f"payouts.document:{row.ref}"),
        is_used_before=bool(reading().scalar(select(other))),
        said_at=row.paid_at,
    )
