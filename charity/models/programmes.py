"""Programmes: campaigns with dates, region, kind, budget and the legal basis a wish is published under."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class Programme(Base):
    """A campaign; publication of a wish fails without one that covers its region, kind and day."""

    __tablename__ = "programmes"
    __table_args__ = (UniqueConstraint("ref"), UniqueConstraint("code"), Index(None, "region_code"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    code: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(80))
    region_code: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    budget_fen: Mapped[int | None] = mapped_column(Id)
    body: Mapped[str] = mapped_column(String(120))
    certificate: Mapped[str] = mapped_column(String(60))
    filing: Mapped[str] = mapped_column(String(60))
    platform_url: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(120))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
