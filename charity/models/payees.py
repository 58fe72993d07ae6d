"""Where money for a family is paid to, who looked at it, and what donors say of transfers nobody found."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant

_STANDS = text("state = 'standing'")
_WAITS = text("state = 'waiting'")


class Payee(Base):
    """The account of a family, or the way its village agreed on; whoever changes it leaves the row before."""

    __tablename__ = "payees"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index("ix_payees_household", "household_id"),
        Index("ix_payees_number", "number_digest"),
        Index("uq_payees_standing", "household_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        Index("uq_payees_waiting", "household_id", unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS),
        CheckConstraint("way in ('account', 'village')", name="way"),
        CheckConstraint("state in ('waiting', 'standing', 'replaced', 'refused', 'ended')", name="state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    way: Mapped[str] = mapped_column(String(8))
    told_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # holder, bank, number, how the village passes it on
    number_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # why another one stands now
    agreed_on: Mapped[date]  # when the family agreed to it
    state: Mapped[str] = mapped_column(String(10))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # the second person, where one must
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    opens_at: Mapped[datetime | None] = mapped_column(Instant)  # a change waits so long before money follows it
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class PayeeTold(Base):
    """That a volunteer told a family that its account was changed, and whether the family knew of it."""

    __tablename__ = "payees_told"

    payee_id: Mapped[int] = mapped_column(ForeignKey("payees.id"), primary_key=True, autoincrement=False)
    is_right: Mapped[bool]
    told_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    told_at: Mapped[datetime] = mapped_column(Instant)


class PayeeClock(Base):
    """Until when somebody does what an account waits for; kept when it was done."""

    __tablename__ = "payee_clocks"

    payee_id: Mapped[int] = mapped_column(ForeignKey("payees.id"), primary_key=True, autoincrement=False)
    wait: Mapped[str] = mapped_column(String(8), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    act_by: Mapped[datetime] = mapped_column(Instant)
    remind_at: Mapped[datetime | None] = mapped_column(Instant)
    overdue_at: Mapped[datetime | None] = mapped_column(Instant)


class PayeeShown(Base):
    """Which officer saw a family's account for which payment and why; written before it shows."""

    __tablename__ = "payees_shown"
    __table_args__ = (Index("ix_payees_shown_payee", "payee_id"), Index("ix_payees_shown_pledge", "pledge_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("payees.id"))
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[str] = mapped_column(String(16))
    shown_at: Mapped[datetime] = mapped_column(Instant)
    open_until: Mapped[datetime] = mapped_column(Instant)


class TransferSaid(Base):
    """What a donor said of a transfer whose time ran out: sent on which day by which receipt, or not; append-only."""

    __tablename__ = "transfers_said"
    __table_args__ = (UniqueConstraint("ref"), Index("ix_transfers_said_pledge", "pledge_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    was_sent: Mapped[bool]
    sent_on: Mapped[date | None]
    receipt_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    said_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    said_at: Mapped[datetime] = mapped_column(Instant)


def receipt_place(ref: str) -> str:
    """Name the place to which the text of a receipt is bound."""
    return f"transfers_said.receipt:{ref}"


def told_place(ref: str) -> str:
    """Name the place to which an account of a family is bound."""
    return f"payees.told:{ref}"


def why_place(ref: str) -> str:
    """Name the place to which the reason of a change is bound."""
    return f"payees.reason:{ref}"
