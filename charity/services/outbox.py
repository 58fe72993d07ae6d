"""Messages on their way: taken under a lease, settled after they left or failed."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from charity.adapters.clock import now
from charity.adapters.crypto import Unreadable, unseal
from charity.adapters.db import Tx, end_reading, reading, transaction
from charity.domain.retention import Record
from charity.models.accounts import Account
from charity.models.outbox import Notice, OutboxMessage
from charity.models.retention import kept_until, note_forgotten

LEASE = timedelta(minutes=2)
MOST_TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)
CHANNELS = ("mail", "sms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to carry: where to, and what it tells."""

    id: int
    channel: str
    to: str
    kind: str
    params: dict[str, str | int]
    language: str


def take_due(channels: Collection[str] = CHANNELS, limit: int = 10) -> list[Message]:
    """Take messages that are due under a lease of two minutes; another worker skips what is taken."""
    if not _has_due(channels):  # an idle worker never takes the write lock
        return []
    with transaction() as tx:
        rows = tx.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.done_at.is_(None), OutboxMessage.try_at <= tx.now, OutboxMessage.channel.in_(channels))
            .order_by(OutboxMessage.try_at, OutboxMessage.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        taken = [message for row in rows if (message := _take(tx, row)) is not None]
    return taken


def _has_due(channels: Collection[str]) -> bool:
    due = select(OutboxMessage.id).where(
        OutboxMessage.done_at.is_(None), OutboxMessage.try_at <= now(), OutboxMessage.channel.in_(channels)
    )
    found = reading().execute(due.limit(1)).first() is not None
    end_reading()
    return found


def _take(tx: Tx, row: OutboxMessage) -> Message | None:
    to = _address(tx, row)
    if to is None or row.tries >= MOST_TRIES:  # nobody to carry it to, or every try ended in a crash
        _end(tx, row, "failed")
        return None
    row.tries += 1
    row.try_at = tx.now + max(LEASE, FIRST_PAUSE * 2**row.tries)
    params = json.loads(unseal(row.params_sealed, place=f"outbox.params:{row.ref}"))
    return Message(id=row.id, channel=row.channel, to=to, kind=row.kind, params=params, language=row.language)


def _end(tx: Tx, row: OutboxMessage, outcome: str) -> None:
    row.done_at, row.outcome = tx.now, outcome
    row.params_sealed, row.to_sealed = b"", None


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


def settle(message_id: int, *, sent: bool, for_good: bool = False) -> None:
    """Mark a message as sent, or as failed after its last try; its words and address are forgotten either way."""
    with transaction() as tx:
        row = tx.session.get(OutboxMessage, message_id, with_for_update=True)
        if row is None or row.done_at is not None:
            return
        if sent or for_good or row.tries >= MOST_TRIES:
            _end(tx, row, "sent" if sent else "failed")


def put_back(message_ids: Collection[int]) -> None:
    """Give taken messages back that were not tried after all; they are due again at once."""
    if not message_ids:
        return
    with transaction() as tx:
        tx.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(message_ids), OutboxMessage.done_at.is_(None), OutboxMessage.tries > 0)
            .values(tries=OutboxMessage.tries - 1, try_at=tx.now)
        )


def forget_done(limit: int = 1000) -> int:
    """Delete the rows of messages that left or failed long ago; returns how many."""
    with transaction() as tx:
        old = OutboxMessage.done_at < kept_until(tx, Record.MESSAGES)
        ids = tx.session.scalars(select(OutboxMessage.id).where(old).limit(limit)).all()
        if ids:
            tx.session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))
            note_forgotten(tx, Record.MESSAGES, len(ids))
        return len(ids)


def forget_read(limit: int = 1000) -> int:
    """Delete notices of the inbox that are old; returns how many."""
    with transaction() as tx:
        old = Notice.made_at < kept_until(tx, Record.NOTICES)
        ids = tx.session.scalars(select(Notice.id).where(old).limit(limit)).all()
        if ids:
            tx.session.execute(delete(Notice).where(Notice.id.in_(ids)))
            note_forgotten(tx, Record.NOTICES, len(ids))
        return len(ids)
