"""Pledges, what became of them, their parcels and evidence."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    case,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant
from charity.domain.kinds import Kind
from charity.models.clocked import Clocked


class Pledge(Clocked, Base):
    """A donor's claim of units of a wish."""

    __tablename__ = "pledges"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("parcel_code"),
        CheckConstraint("units >= 1", name="units"),
        Index("ix_pledges_account_state", "account_id", "state"),
        Index("ix_pledges_wish_state", "wish_id", "state"),
        Index("ix_pledges_state_region", "state", "region_code"),
        Index("ix_pledges_point_state", "point_id", "state"),
        Index(
            "ix_pledges_act_by",
            "act_by",
            sqlite_where=text("act_by IS NOT NULL"),
            postgresql_where=text("act_by IS NOT NULL"),
        ),
        Index(
            "ix_pledges_remind_at",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(12))
    beneficiary: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str] = mapped_column(String(12))
    units: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(Id)  # units x unit price at the claim
    year: Mapped[int]  # calendar year (Asia/Shanghai) whose donor-household limit it counts in
    display: Mapped[str] = mapped_column(String(12))  # name, nickname, anonymous
    state: Mapped[str] = mapped_column(String(20))
    former_state: Mapped[str | None] = mapped_column(String(20))  # what a dispute remembers
    former_clock: Mapped[str | None] = mapped_column(String(24))  # the clock a dispute stopped
    clock_left: Mapped[int | None]  # seconds left on it; kept while it runs again, so that new pauses move it rightly
    method: Mapped[str] = mapped_column(String(16), default="")  # shop, own-parcel, by-hand
    is_made_to_order: Mapped[bool] = mapped_column(default=False)
    is_extended: Mapped[bool] = mapped_column(default=False)
    is_family_away: Mapped[bool] = mapped_column(default=False)  # or its school closed: the hand-over has longer
    is_overdue: Mapped[bool] = mapped_column(default=False)
    in_county_pool: Mapped[bool] = mapped_column(default=False)
    point_id: Mapped[int | None] = mapped_column(ForeignKey("service_points.id"))
    parcel_code: Mapped[str | None] = mapped_column(String(12))
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("pledges.id"))
    claimed_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by: Mapped[str] = mapped_column(String(12), default="")  # card, sms, slip, call-back
    feedback: Mapped[str | None] = mapped_column(String(16))  # the last ready phrase of thanks, a code


def worth() -> ColumnElement[int]:
    """Give what a pledge counts in sums of money, in fen: an hour has no price."""
    return case((Pledge.kind == Kind.SERVICE.value, 0), else_=Pledge.amount_fen)


class PledgeStep(Base):
    """One act on a pledge: who, on which side, from where to where; append-only."""

    __tablename__ = "pledge_steps"
    __table_args__ = (Index(None, "pledge_id", "id"), Index(None, "actor_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    act: Mapped[str] = mapped_column(String(16))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # None: the clock
    side: Mapped[str] = mapped_column(String(12), default="")
    units: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300), default="")
    entry_id: Mapped[int | None] = mapped_column(Id)
    taken_at: Mapped[datetime] = mapped_column(Instant)


class Parcel(Base):
    """One parcel of a pledge, on its way there or (is_return) back."""

    __tablename__ = "parcels"
    __table_args__ = (Index(None, "pledge_id"), Index(None, "tracking_digest"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    courier: Mapped[str] = mapped_column(String(24))
    tracking_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    tracking_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    order_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_return: Mapped[bool] = mapped_column(default=False)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)


class Slip(Base):
    """A thumb-printed (or, for a site, signed) slip; its photo shows paper only."""

    __tablename__ = "slips"
    __table_args__ = (Index(None, "pledge_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"))
    witness_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    stored_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    stored_at: Mapped[datetime] = mapped_column(Instant)
    witness_role: Mapped[str | None] = mapped_column(String(16))  # for a site: what its signer is there
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # a site's signer who has an account
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    override_reason: Mapped[str | None] = mapped_column(String(200))  # why a picture of another gift's slip may stand


class ReceiptCode(Base):
    """A code sent by SMS to a relative, to acknowledge one pledge."""

    __tablename__ = "receipt_codes"
    __table_args__ = (Index(None, "pledge_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class CodeCheck(Base):
    """The one-in-ten check of a confirmation by code, made by another person than the card's printer."""

    __tablename__ = "code_checks"
    __table_args__ = (UniqueConstraint("pledge_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    due_at: Mapped[datetime] = mapped_column(Instant)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(12), default="")  # true, doubtful
    pooled_at: Mapped[datetime | None] = mapped_column(Instant)  # since when it is in the county's pool


class GivenYear(Base):
    """What one donor gives one beneficiary in one calendar year, in fen: the yearly limit in use."""

    __tablename__ = "given_years"
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount_fen"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    beneficiary: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    amount_fen: Mapped[int] = mapped_column(Id, default=0)


class BoardLine(Base):
    """One line a confirmation gives or a ruling takes back: the private copy from which SQL answers for boards."""

    __tablename__ = "board_lines"
    __table_args__ = (
        Index(None, "entry_id"),
        Index("ix_board_lines_board", "metric", "county", "month", "account_id"),
        Index("ix_board_lines_once", "account_id", "wish_id", "metric"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    entry_id: Mapped[int] = mapped_column(Id)
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledges.id"))  # None: a letter's line
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("wishes.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # None: an anonymous gift
    beneficiary: Mapped[str] = mapped_column(String(20))
    county: Mapped[str] = mapped_column(String(6))
    metric: Mapped[str] = mapped_column(String(12))
    month: Mapped[str] = mapped_column(String(7))
    value: Mapped[int]
