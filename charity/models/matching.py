"""The nightly runs of the matcher: what decided each, its proof, whom it gave to whom, and how each household fared.

A run is kept as it was. No table of it is part of the book: an offer that follows is, like any other offer of a seat.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class MatchRun(Base):
    """One run; `day` is the night it stands for, none where somebody ran it by hand."""

    __tablename__ = "match_runs"
    __table_args__ = (UniqueConstraint("ref"), UniqueConstraint("day"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    day: Mapped[date | None]
    run_at: Mapped[datetime] = mapped_column(Instant)
    seed: Mapped[int] = mapped_column(Id)
    code: Mapped[str] = mapped_column(String(64))  # SHA-256 of the sources that decide
    weights: Mapped[str] = mapped_column(String(12))
    engine: Mapped[str] = mapped_column(String(8))
    epsilon: Mapped[int]
    fairness: Mapped[int]
    input_digest: Mapped[str] = mapped_column(String(64))
    result_digest: Mapped[str] = mapped_column(String(64))
    value: Mapped[int] = mapped_column(Id)
    utility: Mapped[int] = mapped_column(Id)
    bound: Mapped[int] = mapped_column(Id)
    donors: Mapped[int]
    households: Mapped[int]
    seats: Mapped[int]
    pairs: Mapped[int]
    listed: Mapped[int]  # how many places on lists there were
    least_listed: Mapped[int]
    alone: Mapped[int]  # households that got nobody
    offers: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class MatchPair(Base):
    """A donor and the household he was given to: its fit, which helper he is, the price, and what became of it."""

    __tablename__ = "match_pairs"
    __table_args__ = (
        UniqueConstraint("run_id", "account_id", "circle_id"),
        CheckConstraint("fit BETWEEN 0 AND 1000", name="fit"),
        Index(None, "circle_id"),
        Index(None, "offer_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("match_runs.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id"))
    fit: Mapped[int]
    place: Mapped[int] = mapped_column(SmallInteger)
    price: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(8), default="waiting")  # waiting, offered, passed
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("seat_offers.id"))


class MatchHousehold(Base):
    """How a household fared in a run: on how many lists it stood, its free seats, and its price."""

    __tablename__ = "match_households"
    __table_args__ = (Index(None, "household_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("match_runs.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id"))
    listed: Mapped[int]
    seats: Mapped[int] = mapped_column(SmallInteger)
    price: Mapped[int]
