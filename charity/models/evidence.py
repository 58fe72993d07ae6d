"""Who opened the evidence of a pledge, for which purpose; written before it shows."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class EvidenceOpened(Base):
    """An auditor's opening of a pledge's tracking numbers and slips; append-only."""

    __tablename__ = "evidence_opened"
    __table_args__ = (Index(None, "pledge_id"), Index(None, "account_id", "pledge_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[str] = mapped_column(String(24))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    open_until: Mapped[datetime] = mapped_column(Instant)
