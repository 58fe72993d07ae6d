"""Passkeys and the challenges they are asked: statements; no rule, no commit."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint, delete, insert, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant, Tx
from charity.domain.passkeys import CHALLENGE_LASTS, Asked


class Passkey(Base):
    """One key of a person: by what it is found, its public half, how often it has answered, how he calls it."""

    __tablename__ = "passkeys"
    __table_args__ = (UniqueConstraint("ref"), UniqueConstraint("credential_id"), Index(None, "account_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class PasskeyChallenge(Base):
    """What a session's browser is asked to sign; one at a time, gone with the first answer."""

    __tablename__ = "passkey_challenges"

    # No foreign key: sessions are cleared away by the thousand, and a challenge is over in minutes.
    session_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    asked: Mapped[str] = mapped_column(String(4))
    challenge: Mapped[bytes] = mapped_column(LargeBinary(32))
    expires_at: Mapped[datetime] = mapped_column(Instant)


def put_challenge(tx: Tx, session_id: int, asked: Asked, challenge: bytes) -> None:
    """Keep what a session is asked now; what it was asked before counts no more."""
    spent = or_(PasskeyChallenge.session_id == session_id, PasskeyChallenge.expires_at < tx.now)
    tx.session.execute(delete(PasskeyChallenge).where(spent))
    expires = tx.now + CHALLENGE_LASTS
    row = {"session_id": session_id, "asked": asked.value, "challenge": challenge, "expires_at": expires}
    tx.session.execute(insert(PasskeyChallenge).values(row))


def take_challenge(tx: Tx, session_id: int, asked: Asked) -> bytes | None:
    """Take a session's challenge away and give it, if it was drawn for this and still counts; nobody gets it twice."""
    gone = delete(PasskeyChallenge).where(PasskeyChallenge.session_id == session_id)
    row = tx.session.execute(
        gone.returning(PasskeyChallenge.asked, PasskeyChallenge.challenge, PasskeyChallenge.expires_at)
    ).one_or_none()
    is_right = row is not None and row.asked == asked.value and row.expires_at > tx.now
    return row.challenge if row is not None and is_right else None


def list_credentials(tx: Tx, account_id: int) -> list[bytes]:
    """List by what a person's passkeys are found, the oldest first."""
    mine = select(Passkey.credential_id).where(Passkey.account_id == account_id)
    return list(tx.session.scalars(mine.order_by(Passkey.id)))


def forget_passkeys(tx: Tx, account_id: int) -> None:
    """Delete all of a person's passkeys."""
    tx.session.execute(delete(Passkey).where(Passkey.account_id == account_id))
