"""Cases: disputes, clocks that ran out, reported concerns."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant
from charity.models.clocked import Clocked


class Case(Clocked, Base):
    """Something an auditor must rule on; an appeal opens a new case one level above."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index("ix_cases_state_region", "state", "region_code"),
        Index(None, "pledge_id"),
        Index(
            "ix_cases_act_by",
            "act_by",
            sqlite_where=text("act_by IS NOT NULL"),
            postgresql_where=text("act_by IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(12))  # dispute, clock, report, appeal
    region_code: Mapped[str] = mapped_column(String(12))  # the level that rules: its county at first, above on appeal
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledges.id"))
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("wishes.id"))
    page: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(24))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reply_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # how a reporter can be reached, if they said
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(12))  # open, ruled, appealed, final
    ruling: Mapped[str] = mapped_column(
        String(16), default=""
    )  # former, confirmed, returned, refuted, upheld, unfounded
    grounds_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ruled_at: Mapped[datetime | None] = mapped_column(Instant)
    appeal_of_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))


def grounds_place(case_ref: str) -> str:
    """Name the place to which the grounds of a case's ruling are bound."""
    return f"cases.grounds:{case_ref}"
