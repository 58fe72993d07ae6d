"""What donors would give to anybody, and the wishes that were offered to them for it; private to each donor."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant
from charity.models.clocked import Clocked

_LOOKS = text("look_at IS NOT NULL")
_OPEN = text("state = 'open'")


class Intent(Base):
    """An intention; empty columns mean that anything will do."""

    __tablename__ = "intentions"
    __table_args__ = (
        UniqueConstraint("ref"),
        CheckConstraint("most_fen >= 1", name="most_fen"),
        CheckConstraint("units_left >= 0 AND units_left <= units", name="units"),
        Index("ix_intentions_account_state", "account_id", "state"),
        Index("ix_intentions_look_at", "look_at", "id", sqlite_where=_LOOKS, postgresql_where=_LOOKS),
        Index("ix_intentions_until", "until", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(12), default="")
    category: Mapped[str] = mapped_column(String(24), default="")
    beneficiary_kind: Mapped[str] = mapped_column(String(12), default="")
    school_stage: Mapped[str] = mapped_column(String(16), default="")
    region_code: Mapped[str] = mapped_column(String(6), default="")
    most_fen: Mapped[int] = mapped_column(Id)
    units: Mapped[int]
    units_left: Mapped[int]
    until: Mapped[date]
    state: Mapped[str] = mapped_column(String(12))  # open, used, expired, withdrawn, unanswered
    unanswered: Mapped[int] = mapped_column(default=0)  # offers in a row
    look_at: Mapped[datetime | None] = mapped_column(Instant)  # None while a wish is offered, and at the end
    left_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class IntentOffer(Clocked, Base):
    """A fitting wish offered for an intention; it reserves nothing."""

    __tablename__ = "intention_offers"
    __table_args__ = (
        UniqueConstraint("ref"),
        CheckConstraint("units >= 1", name="units"),
        Index("uq_intention_offers_open", "intention_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_intention_offers_wish", "wish_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_intention_offers_account", "account_id", "wish_id"),
        Index(
            "ix_intention_offers_act_by",
            "act_by",
            sqlite_where=text("act_by IS NOT NULL"),
            postgresql_where=text("act_by IS NOT NULL"),
        ),
        Index(
            "ix_intention_offers_remind_at",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    intention_id: Mapped[int] = mapped_column(ForeignKey("intentions.id"))
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    units: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))  # open, accepted, declined, expired, ended
    made_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
