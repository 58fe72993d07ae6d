"""Sites: a school or a village as beneficiary."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class Site(Base):
    """A school or village; public as "a school (village) in COUNTY"."""

    __tablename__ = "sites"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("source_key"),
        Index(None, "region_code"),
        CheckConstraint("kind in ('school', 'village')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(12))
    region_code: Mapped[str] = mapped_column(String(12))
    county: Mapped[str] = mapped_column(String(6))
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    head_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    pupils: Mapped[int] = mapped_column(default=0)
    villages_served: Mapped[int] = mapped_column(default=0)
    source_key: Mapped[str | None] = mapped_column(String(80))
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    registered_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
