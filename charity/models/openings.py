"""Lists of families for whom an administrator opens circles with one act, and what became of each row."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant

_GOOD = text("state <> 'wrong'")
_WAITING = text("state = 'waiting'")


class CircleOpening(Base):
    """A list with the terms and the promise that all its circles share; another person looks at it once."""

    __tablename__ = "circle_openings"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("join_code"),
        CheckConstraint("target BETWEEN 3 AND 9 AND least BETWEEN 1 AND target", name="size"),
        CheckConstraint("monthly_fen >= 0", name="monthly_fen"),
        Index("ix_circle_openings_programme", "programme_id", "id"),
        Index("ix_circle_openings_state", "state", "region_code"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    region_code: Mapped[str] = mapped_column(String(12))  # the smallest that holds all its families
    state: Mapped[str] = mapped_column(String(12))
    join_code: Mapped[str | None] = mapped_column(String(8))  # from the moment somebody agreed
    target: Mapped[int]
    least: Mapped[int]
    months: Mapped[int]
    not_before: Mapped[date | None]
    promise_kind: Mapped[str] = mapped_column(String(12))
    monthly_fen: Mapped[int] = mapped_column(Id, default=0)
    title: Mapped[str] = mapped_column(String(60), default="")
    details: Mapped[str] = mapped_column(String(300), default="")
    category: Mapped[str] = mapped_column(String(24), default="")
    reason_code: Mapped[str] = mapped_column(String(24), default="")
    unit_label: Mapped[str] = mapped_column(String(12), default="")
    staged_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    staged_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(24), default="")  # a code
    opened_at: Mapped[datetime | None] = mapped_column(Instant)  # when the last row was done


class OpeningTerms(Base):
    """What all circles of a list of hours or of produce promise beside its row; no row for other lists."""

    __tablename__ = "opening_terms"
    __table_args__ = (
        CheckConstraint("units BETWEEN 1 AND 5000", name="units"),
        CheckConstraint("every IN (1, 3)", name="every"),
    )

    opening_id: Mapped[int] = mapped_column(ForeignKey("circle_openings.id"), primary_key=True, autoincrement=False)
    units: Mapped[int]
    every: Mapped[int] = mapped_column(default=1)
    subject: Mapped[str] = mapped_column(String(24), default="")
    mode: Mapped[str] = mapped_column(String(8), default="")
    product: Mapped[str] = mapped_column(String(24), default="")
    shipping: Mapped[str] = mapped_column(String(8), default="")


class OpeningRow(Base):
    """One row of a list; what stood in its cells is not kept, only which family and point it meant."""

    __tablename__ = "opening_rows"
    __table_args__ = (
        UniqueConstraint("opening_id", "line"),
        UniqueConstraint("circle_id"),
        Index(
            "uq_opening_rows_household",
            "opening_id",
            "household_id",
            unique=True,
            sqlite_where=_GOOD,
            postgresql_where=_GOOD,
        ),
        Index("ix_opening_rows_waiting", "opening_id", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_opening_rows_state", "opening_id", "state", "line"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("circle_openings.id"))
    line: Mapped[int]
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("service_points.id"))
    state: Mapped[str] = mapped_column(String(8))
    cell: Mapped[str] = mapped_column(String(12), default="")  # the column that is wrong
    reason: Mapped[str] = mapped_column(String(32), default="")  # a code
    circle_id: Mapped[int | None] = mapped_column(ForeignKey("circles.id"))
