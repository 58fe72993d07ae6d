"""Accounts, their rights, sessions, codes and tokens. Addresses are sealed, found by keyed digest."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class Account(Base):
    """A person or an organisation that signs in; the counters are its fair limits in use."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("open_pledges >= 0", name="open_pledges"),
        CheckConstraint("open_fen >= 0", name="open_fen"),
        CheckConstraint("email_digest is not null or phone_digest is not null or closed_at is not null", name="login"),
        UniqueConstraint("ref"),
        UniqueConstraint("pseudonym"),
        UniqueConstraint("email_digest"),
        UniqueConstraint("phone_digest"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(12), default="person")
    nickname: Mapped[str] = mapped_column(String(40))
    public_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    email_verified_at: Mapped[datetime | None] = mapped_column(Instant)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    phone_verified_at: Mapped[datetime | None] = mapped_column(Instant)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    pseudonym: Mapped[str] = mapped_column(String(13))
    language: Mapped[str] = mapped_column(String(8), default="zh")
    by_mail: Mapped[bool] = mapped_column(default=True)
    by_sms: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    last_acted_at: Mapped[datetime | None] = mapped_column(Instant)
    open_pledges: Mapped[int] = mapped_column(default=0)
    open_fen: Mapped[int] = mapped_column(Id, default=0)
    confirmed_pledges: Mapped[int] = mapped_column(default=0)
    lapses_in_row: Mapped[int] = mapped_column(default=0)
    cooling_until: Mapped[datetime | None] = mapped_column(Instant)
    open_limit: Mapped[int | None]


class RoleGrant(Base):
    """A role in a region for a term; ended rights stay as history."""

    __tablename__ = "role_grants"
    __table_args__ = (Index(None, "account_id"), Index(None, "region_code", "role"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str] = mapped_column(String(16))
    region_code: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)  # when its open acts went to the township's desk


class AccountSession(Base):
    """A signed-in (or, without account, form-keeping) browser; only the digest of its token is kept."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("token_digest"), Index(None, "account_id"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    device: Mapped[str] = mapped_column(String(120), default="")
    data: Mapped[str] = mapped_column(default="{}")
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    second: Mapped[str] = mapped_column(String(8), default="", server_default="")  # second step: due, passed, or none


class LoginCode(Base):
    """A code sent to an address, to verify it or to reset a password; stored as a keyed digest."""

    __tablename__ = "login_codes"
    __table_args__ = (Index(None, "account_id", "purpose"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[str] = mapped_column(String(16))  # verify-email, verify-phone, reset
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    wrong_tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class TermsAccepted(Base):
    """Which version of the terms and of the privacy notice an account accepted, and what it said; append-only."""

    __tablename__ = "terms_accepted"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    document: Mapped[str] = mapped_column(String(16))  # terms, privacy, adult
    version: Mapped[str] = mapped_column(String(16))
    accepted_at: Mapped[datetime] = mapped_column(Instant)


class Throttle(Base):
    """Wrong tries within a window, per keyed digest of what is tried (a log-in, a code, an address)."""

    __tablename__ = "throttles"

    key_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    window_started_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)


class ApiToken(Base):
    """A bearer token of an account; printed once, stored as a digest."""

    __tablename__ = "api_tokens"
    __table_args__ = (UniqueConstraint("token_digest"), Index(None, "account_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    proved: Mapped[bool] = mapped_column(default=False, server_default=false())  # made after a second step


class ExportMade(Base):
    """Who exported what and when; append-only."""

    __tablename__ = "exports_made"
    __table_args__ = (Index(None, "made_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    what: Mapped[str] = mapped_column(String(40))
    form: Mapped[str] = mapped_column(String(8))
    filters: Mapped[str] = mapped_column(default="{}")
    rows: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
