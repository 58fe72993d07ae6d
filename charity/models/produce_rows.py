"""Statements about produce: batches, the buyer's sealed address, what a family earned; no rule, no commit."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session

from charity.adapters.db import Tx
from charity.domain.kinds import PledgeState
from charity.models.accounts import Account, RoleGrant
from charity.models.desks import SILENT_AFTER, is_in_term
from charity.models.pausing import prefixes_of
from charity.models.produce import BuyerShown, ProduceBatch, ProducePart, ProduceSale

# A purchase that has ended needs no address any more.
DONE = frozenset(
    {
        PledgeState.CONFIRMED,
        PledgeState.CANCELLED,
        PledgeState.LAPSED,
        PledgeState.RETURNED,
        PledgeState.REFUTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch as far as a purchase asks about it."""

    id: int
    ref: str
    poster_id: int
    last_on: date


def find_batch_of(session: Session, wish_id: int) -> BatchRow | None:
    """Find the batch of a family's part."""
    row = session.execute(
        select(ProduceBatch.id, ProduceBatch.ref, ProduceBatch.poster_id, ProduceBatch.last_on)
        .join(ProducePart, ProducePart.batch_id == ProduceBatch.id)
        .where(ProducePart.wish_id == wish_id)
    ).one_or_none()
    return None if row is None else BatchRow(id=row.id, ref=row.ref, poster_id=row.poster_id, last_on=row.last_on)


def find_sale(session: Session, pledge_id: int) -> ProduceSale | None:
    """Find what is written down about a purchase."""
    query = select(ProduceSale).where(ProduceSale.pledge_id == pledge_id)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def put_sale(tx: Tx, pledge_id: int, *, buyer_sealed: bytes) -> None:
    """Keep where a purchase is shipped to."""
    row = {"pledge_id": pledge_id, "buyer_sealed": buyer_sealed, "given_at": tx.now, "is_late": False}
    tx.session.execute(insert(ProduceSale).values(row))


def set_told(tx: Tx, pledge_id: int, fen: int) -> None:
    """Keep what the seller's side says the family gets."""
    tx.session.execute(update(ProduceSale).where(ProduceSale.pledge_id == pledge_id).values(told_fen=fen))


def set_income(tx: Tx, pledge_id: int, fen: int | None) -> None:
    """Keep what the family confirmed to have earned."""
    tx.session.execute(update(ProduceSale).where(ProduceSale.pledge_id == pledge_id).values(income_fen=fen))


def mark_late(tx: Tx, pledge_id: int) -> None:
    """Note that the harvest ended before a purchase was shipped."""
    tx.session.execute(update(ProduceSale).where(ProduceSale.pledge_id == pledge_id).values(is_late=True))


def forget_buyer(tx: Tx, pledge_id: int) -> None:
    """Delete the buyer's address for good."""
    tx.session.execute(update(ProduceSale).where(ProduceSale.pledge_id == pledge_id).values(buyer_sealed=None))


def note_buyer_shown(tx: Tx, pledge_id: int, account_id: int) -> None:
    """Log that somebody of the seller's side is about to see a buyer's address."""
    tx.session.execute(insert(BuyerShown).values(pledge_id=pledge_id, account_id=account_id, shown_at=tx.now))


def sells_still(session: Session, account_id: int, region: str, now: datetime, *, pledge_id: int) -> bool:
    """Say whether who listed a batch is a volunteer there; silent for 7 days he is not for an order as old."""
    waits_long = exists().where(ProduceSale.pledge_id == pledge_id, ProduceSale.given_at <= now - SILENT_AFTER)
    held = exists().where(
        RoleGrant.account_id == account_id,
        Account.id == RoleGrant.account_id,
        RoleGrant.role == "volunteer",
        RoleGrant.region_code.in_(prefixes_of(region)),
        is_in_term(now),
        or_(Account.last_acted_at > now - SILENT_AFTER, ~waits_long),
    )
    return bool(session.execute(select(held)).scalar_one())
