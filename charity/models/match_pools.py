"""The pool's part of a nightly run: its proof, and which intention it gave to which wish. None of it is in the book."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id


class MatchPool(Base):
    """What decided a run's part for intentions, and what it is worth; seed, code and weights are the run's."""

    __tablename__ = "match_pools"

    run_id: Mapped[int] = mapped_column(ForeignKey("match_runs.id"), primary_key=True, autoincrement=False)
    engine: Mapped[str] = mapped_column(String(8))
    input_digest: Mapped[str] = mapped_column(String(64))
    result_digest: Mapped[str] = mapped_column(String(64))
    value: Mapped[int] = mapped_column(Id)
    utility: Mapped[int] = mapped_column(Id)
    bound: Mapped[int] = mapped_column(Id)
    intentions: Mapped[int]
    wishes: Mapped[int]
    units: Mapped[int]
    pairs: Mapped[int]
    offers: Mapped[int] = mapped_column(default=0)


class MatchPoolPair(Base):
    """An intention and the wish it was given to: its fit, which helper it is, the price, and what became of it."""

    __tablename__ = "match_pool_pairs"
    __table_args__ = (
        UniqueConstraint("run_id", "intention_id"),
        CheckConstraint("fit BETWEEN 0 AND 1000", name="fit"),
        Index(None, "intention_id"),
        Index(None, "run_id", "wish_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("match_runs.id"))
    intention_id: Mapped[int] = mapped_column(ForeignKey("intentions.id"))
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"))
    fit: Mapped[int]
    place: Mapped[int] = mapped_column(SmallInteger)
    price: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(8), default="waiting")  # waiting, offered, passed
