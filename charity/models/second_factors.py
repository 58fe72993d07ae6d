"""Second factors: the sealed secret of a person's app, and the recovery codes that are left."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, delete, exists, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.crypto import digest
from charity.adapters.db import Base, Id, Instant, Tx
from charity.models.passkeys import forget_passkeys


class SecondFactor(Base):
    """The secret a person's app shares with us; it counts from the moment a code has proved it."""

    __tablename__ = "second_factors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    proved_at: Mapped[datetime | None] = mapped_column(Instant)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)  # a code of this time step or an older one is spent


class RecoveryCode(Base):
    """A code for the day the app is lost; stored as a keyed digest, good once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("code_digest"), Index(None, "account_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


def place_of(account_ref: str) -> str:
    """Name the place a secret is sealed for."""
    return f"second_factors.secret:{account_ref}"


def has_factor(tx: Tx, account_id: int) -> bool:
    """Say whether a person signs in in two steps."""
    there = exists().where(SecondFactor.account_id == account_id, SecondFactor.proved_at.is_not(None))
    return bool(tx.session.scalar(select(there)))


def recovery_digest(account_id: int, code: str) -> bytes:
    """Give the digest under which a person's recovery code is stored."""
    return digest("recovery-code", f"{account_id}:{code}")


def put_recovery_codes(tx: Tx, account_id: int, digests: tuple[str, ...]) -> None:
    """Store new recovery codes by their digests; the former ones no longer count."""
    tx.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    made = {"account_id": account_id, "made_at": tx.now}
    rows = [made | {"code_digest": bytes.fromhex(each)} for each in digests]
    tx.session.execute(insert(RecoveryCode), rows)


def forget_factor(tx: Tx, account_id: int) -> bool:
    """Delete a person's second factor with its recovery codes and passkeys; says whether there was one."""
    forget_passkeys(tx, account_id)
    tx.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    gone = delete(SecondFactor).where(SecondFactor.account_id == account_id).returning(SecondFactor.proved_at)
    row = tx.session.execute(gone).one_or_none()
    return row is not None and row.proved_at is not None
