"""What an office changes of an organisation beside its rights: how much it may promise, and who speaks for it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant

_OPEN = text("state = 'open'")


class OrganisationLimit(Base):
    """How many gifts an organisation may have open from a moment on, and why; append-only, the newest counts."""

    __tablename__ = "organisation_limits"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index("ix_organisation_limits_organisation", "organisation_id"),
        CheckConstraint("places > 0", name="places"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    was: Mapped[int]
    places: Mapped[int]
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    set_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    set_at: Mapped[datetime] = mapped_column(Instant)


class OfficerChange(Base):
    """That somebody shall speak for an organisation, or no more: asked by one person, decided by another."""

    __tablename__ = "officer_changes"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index("ix_officer_changes_organisation", "organisation_id"),
        Index(
            "uq_officer_changes_open",
            "organisation_id",
            "account_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        CheckConstraint("becomes in ('officer', 'member', 'out')", name="becomes"),
        CheckConstraint("state in ('open', 'confirmed', 'refused', 'withdrawn')", name="state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))  # whom it is about: he never decides
    becomes: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class OfficerClock(Base):
    """Until when an open question about an officer is to be answered; kept on as what became of it in time."""

    __tablename__ = "officer_clocks"

    change_id: Mapped[int] = mapped_column(ForeignKey("officer_changes.id"), primary_key=True, autoincrement=False)
    act_by: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    remind_at: Mapped[datetime | None] = mapped_column(Instant)
    overdue_at: Mapped[datetime | None] = mapped_column(Instant)  # when those around the office were told
    expired_at: Mapped[datetime | None] = mapped_column(Instant)  # when it ended without an answer
