"""What is counted at night of each village for the books of the register, and what the nightly check of them found."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Instant


class VillageFigure(Base):
    """One figure of one village that no single statement can count, since what it counts is sealed or old."""

    __tablename__ = "village_figures"
    __table_args__ = (Index("ix_village_figures_figure", "figure", "region_code"),)

    region_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    figure: Mapped[str] = mapped_column(String(24), primary_key=True)  # a cause of hardship, or stale facts
    value: Mapped[int]


class RegisterCheck(Base):
    """One night's check: whether each level's totals equal the sum of the level below, and the first that does not."""

    __tablename__ = "register_checks"

    day: Mapped[date] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(Instant)
    villages: Mapped[int]
    differences: Mapped[int]
    region_code: Mapped[str] = mapped_column(String(12), default="")  # where the first difference lies
    figure: Mapped[str] = mapped_column(String(24), default="")
