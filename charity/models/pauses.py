"""The pause calendar: days on which all clocks of a region stand still."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class Pause(Base):
    """A festival, school holiday, closed mountain or disaster; both days are included."""

    __tablename__ = "pauses"
    __table_args__ = (Index(None, "region_code"), CheckConstraint("ends_on >= starts_on", name="order"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    region_code: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(80))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
