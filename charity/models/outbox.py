"""Notices: the in-site inbox, and the messages that leave after the commit."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Table, bindparam, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Base, Id, Instant, Tx
from charity.models.accounts import Account


class Notice(Base):
    """One line of an account's inbox."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_account", "account_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(40))
    params: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)


class OutboxMessage(Base):
    """One message to carry by mail or SMS; words are chosen when it leaves, in the account's language."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due", "try_at", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    channel: Mapped[str] = mapped_column(String(8))  # mail, sms
    to_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # an address that is not (yet) the account's own
    kind: Mapped[str] = mapped_column(String(40))
    params_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime] = mapped_column(Instant)
    try_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(12), default="")  # sent, failed


# Written once: most acts tell somebody, and building a statement costs more than running it.
_NOTICE = cast(Table, Notice.__table__).insert()
_CHANNELS = select(
    Account.by_mail, Account.by_sms, Account.language, Account.email_verified_at, Account.phone_verified_at
).where(Account.id == bindparam("who"), Account.closed_at.is_(None), Account.disabled_at.is_(None))


def notify(tx: Tx, *, account_id: int, kind: str, params: Mapping[str, str | int]) -> None:
    """Put a notice into an inbox and on its way by the account's channels; nothing leaves before the commit."""
    told = json.dumps(dict(params), ensure_ascii=False, sort_keys=True)
    tx.session.execute(_NOTICE, {"account_id": account_id, "kind": kind, "params": told, "made_at": tx.now})
    row = tx.session.execute(_CHANNELS, {"who": account_id}).one_or_none()
    if row is None:
        return
    if row.by_mail and row.email_verified_at is not None:
        put_message(tx, channel="mail", kind=kind, told=told, language=row.language, account_id=account_id)
    if row.by_sms and row.phone_verified_at is not None:
        put_message(tx, channel="sms", kind=kind, told=told, language=row.language, account_id=account_id)


def was_told(tx: Tx, *, account_id: int, kind: str, about: str, since: datetime) -> bool:
    """Say whether an account has got a notice of a kind that names a thing, since a moment."""
    told = select(Notice.id).where(
        Notice.account_id == account_id, Notice.kind == kind, Notice.made_at > since, Notice.params.contains(about)
    )
    return tx.session.execute(told.limit(1)).first() is not None


def put_message(
    tx: Tx,
    *,
    channel: str,
    kind: str,
    told: str,
    language: str,
    account_id: int | None = None,
    to: str | None = None,
) -> None:
    """Put one message into the outbox; told is a JSON object, to an address other than the account's verified one."""
    ref = new_ref()
    tx.session.execute(
        insert(OutboxMessage).values(
            ref=ref,
            account_id=account_id,
            channel=channel,
            to_sealed=None if to is None else seal(to, place=f"outbox.to:{ref}"),
            kind=kind,
            params_sealed=seal(told, place=f"outbox.params:{ref}"),
            language=language,
            made_at=tx.now,
            try_at=tx.now,
        )
    )
