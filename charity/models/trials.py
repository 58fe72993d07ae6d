"""Trials of the matching and of the weights: what was asked and what came of it, as JSON; nobody is named."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class MatchTrial(Base):
    """One trial of an office: it changes nothing but this row."""

    __tablename__ = "match_trials"
    __table_args__ = (
        Index(None, "ref", unique=True),
        Index(None, "state", "id"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(8))  # night or weights
    region_code: Mapped[str] = mapped_column(String(12))  # whose office asked
    asked: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    found: Mapped[str | None] = mapped_column(Text)
