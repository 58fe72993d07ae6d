"""The waiting list of a full wish, and the offers that freed units become."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant
from charity.models.clocked import Clocked

_WAITING = text("left_at IS NULL")


class QueuePlace(Base):
    """A donor's place in the waiting list of a wish; in order of id."""

    __tablename__ = "queue_places"
    __table_args__ = (
        Index("ix_queue_places_wish", "wish_id", "id"),
        Index(
            "uq_queue_places_waiting",
            "wish_id",
            "account_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        CheckConstraint("units >= 1", name="units"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    units: Mapped[int]
    joined_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)  # served, declined, expired, ended or left


class Offer(Clocked, Base):
    """Freed units reserved for the first who waits."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index("ix_offers_wish_state", "wish_id", "state"),
        Index("ix_offers_account_state", "account_id", "state"),
        Index(
            "ix_offers_act_by",
            "act_by",
            sqlite_where=text("act_by IS NOT NULL"),
            postgresql_where=text("act_by IS NOT NULL"),
        ),
        CheckConstraint("units >= 1", name="units"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("queue_places.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    units: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))  # open, accepted, declined, expired, ended
    made_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
