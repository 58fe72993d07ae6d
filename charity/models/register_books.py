"""What is counted at night of households and villages for the books, and what the nightly check of them found."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Instant


class HouseholdFigures(Base):
    """What the night counted of one household whose answers are sealed, or old; none of a family without either."""

    __tablename__ = "household_figures"

    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True, autoincrement=False)
    causes: Mapped[int]  # how many causes of hardship; which ones stands in the sealed file alone
    stale: Mapped[int]


class VillageFigure(Base):
    """In how many families of one village a cause of hardship stands: no single statement counts what is sealed."""

    __tablename__ = "village_figures"
    __table_args__ = (Index("ix_village_figures_figure", "figure", "region_code"),)

    region_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    figure: Mapped[str] = mapped_column(String(24), primary_key=True)  # a cause of hardship
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
