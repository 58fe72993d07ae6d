"""Photos of things and slips, already re-encoded from their pixels."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class Photo(Base):
    """One stored picture: its random name, digest and perceptual hash (64 bits as 16 hex digits)."""

    __tablename__ = "photos"
    __table_args__ = (UniqueConstraint("ref"), Index(None, "sha256"), Index(None, "look"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    purpose: Mapped[str] = mapped_column(String(12))  # thing, slip
    storage_key: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    look: Mapped[str] = mapped_column(String(16))
    width: Mapped[int]
    height: Mapped[int]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
