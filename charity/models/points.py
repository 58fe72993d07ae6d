"""Service points: where parcels go, never a home."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class ServicePoint(Base):
    """A township, village or school point with its sealed postal address and its keeper."""

    __tablename__ = "service_points"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "region_code"),
        CheckConstraint("kind in ('township', 'village', 'school')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    region_code: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12))
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    recipient_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    postcode: Mapped[str] = mapped_column(String(6), default="")
    hours: Mapped[str] = mapped_column(String(120), default="")
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    is_remote: Mapped[bool] = mapped_column(default=False)
    pupils: Mapped[int] = mapped_column(default=0)
    villages_served: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class AddressShown(Base):
    """Which donor saw a point's address for which pledge; append-only."""

    __tablename__ = "addresses_shown"
    __table_args__ = (Index(None, "pledge_id"), Index(None, "point_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    shown_at: Mapped[datetime] = mapped_column(Instant)
