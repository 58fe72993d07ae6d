"""Second opinions: what one person may not do alone, who asked for it, and who said yes or no."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class SecondOpinion(Base):
    """One act that waits for somebody else's yes; the digest binds the yes to exactly what was asked."""

    __tablename__ = "second_opinions"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "asker_id", "state"),
        Index(None, "state", "region_code"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    act: Mapped[str] = mapped_column(String(16))
    region_code: Mapped[str] = mapped_column(String(12))
    asker_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # whom it is about: he never agrees
    told: Mapped[str] = mapped_column(default="{}")  # codes and references, never a name or an address
    what_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12))  # open, agreed, refused, withdrawn (by the asker), used
    asked_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
