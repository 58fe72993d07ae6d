"""Messages on their way: taken under a lease, settled after they left or failed."""

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from charity.adapters.crypto import Unreadable, unseal
from charity.adapters.db import Tx, transaction
from charity.models.accounts import Account
from charity.models.outbox import OutboxMessage

LEASE = timedelta(minutes=2)
MOST_TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to carry: where to, and what it tells."""

    id: int
    channel: str
    to: str
    kind: str
    params: dict[str, str | int]
    language: str


def take_due(limit: int = 20) -> list[Message]:
    """Take messages that are due under a lease of two minutes; another worker skips what is taken."""
    with transaction() as tx:
        rows = tx.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.done_at.is_(None), OutboxMessage.try_at <= tx.now)
            .order_by(OutboxMessage.try_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        taken = [message for row in rows if (message := _take(tx, row)) is not None]
    return taken


def _take(tx: Tx, row: OutboxMessage) -> Message | None:
    row.tries += 1
    row.try_at = tx.now + max(LEASE, FIRST_PAUSE * 2**row.tries)
    to = _address(tx, row)
    if to is None:  # closed, disabled or never verified: nobody to carry it to
        row.done_at, row.outcome = tx.now, "failed"
        return None
    params = json.loads(unseal(row.params_sealed, place=f"outbox.params:{row.ref}"))
    return Message(id=row.id, channel=row.channel, to=to, kind=row.kind, params=params, language=row.language)


def _address(tx: Tx, row: OutboxMessage) -> str | None:
    if row.to_sealed is not None:
        return unseal(row.to_sealed, place=f"outbox.to:{row.ref}")
    account = tx.session.get(Account, row.account_id)
    if account is None or account.closed_at is not None or account.disabled_at is not None:
        return None
    sealed, place = (
        (account.email_sealed, f"accounts.email:{account.ref}")
        if row.channel == "mail"
        else (account.phone_sealed, f"accounts.phone:{account.ref}")
    )
    try:
        return None if sealed is None else unseal(sealed, place=place)
    except Unreadable:
        return None


def settle(message_id: int, *, sent: bool) -> None:
    """Mark a message as sent, or as failed for good after its last try; its words are forgotten either way."""
    with transaction() as tx:
        row = tx.session.get(OutboxMessage, message_id, with_for_update=True)
        if row is None or (not sent and row.tries < MOST_TRIES):
            return
        row.done_at, row.outcome = tx.now, "sent" if sent else "failed"


def forget_done(older_than: timedelta = timedelta(days=30), limit: int = 1000) -> int:
    """Forget the words and addresses of messages settled long ago; returns how many."""
    with transaction() as tx:
        ids = tx.session.scalars(
            select(OutboxMessage.id)
            .where(OutboxMessage.done_at < tx.now - older_than, OutboxMessage.params_sealed != b"")
            .limit(limit)
        ).all()
        if ids:
            tx.session.execute(
                update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(params_sealed=b"", to_sealed=None)
            )
        return len(ids)
