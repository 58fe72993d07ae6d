"""Requests that were answered once and are answered the same again: idempotency keys in SQL."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Instant


class AnsweredRequest(Base):
    """The stored result of a successful request; its key digests scope, method, path and idempotency key."""

    __tablename__ = "answered_requests"
    __table_args__ = (Index(None, "answered_at"),)

    key_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    body_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    result: Mapped[str]
    answered_at: Mapped[datetime] = mapped_column(Instant)
