"""Produce: batches listed for families, their purchases with the buyer's sealed address, and what a family earned."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class ProduceBatch(Base):
    """One product of one harvest, listed by a volunteer for families of the village."""

    __tablename__ = "produce_batches"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "region_code"),
        Index(None, "poster_id"),
        CheckConstraint("first_on <= last_on", name="window"),
        CheckConstraint("unit_fen >= 1", name="unit_fen"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    region_code: Mapped[str] = mapped_column(String(12))
    county: Mapped[str] = mapped_column(String(6))
    poster_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    product: Mapped[str] = mapped_column(String(24))
    unit_label: Mapped[str] = mapped_column(String(12))
    unit_fen: Mapped[int] = mapped_column(Id)
    first_on: Mapped[date]
    last_on: Mapped[date]
    shipping: Mapped[str] = mapped_column(String(8))  # who pays: seller, buyer
    title: Mapped[str] = mapped_column(String(60))
    listed_at: Mapped[datetime] = mapped_column(Instant)


class ProducePart(Base):
    """One family's part of a batch: a wish of its own."""

    __tablename__ = "produce_parts"
    __table_args__ = (Index(None, "batch_id"),)

    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"), primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(ForeignKey("produce_batches.id"))


class ProduceSale(Base):
    """A purchase: where it is shipped to, until it is done, and what the family earned by it."""

    __tablename__ = "produce_sales"
    __table_args__ = (CheckConstraint("told_fen >= 0 AND income_fen >= 0", name="sums"),)

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), primary_key=True, autoincrement=False)
    buyer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # recipient, phone, address; gone at the end
    given_at: Mapped[datetime] = mapped_column(Instant)
    told_fen: Mapped[int | None] = mapped_column(Id)  # what the seller's side says the family gets
    income_fen: Mapped[int | None] = mapped_column(Id)  # what the family confirmed
    is_late: Mapped[bool] = mapped_column(default=False)  # released because the harvest ended unshipped


class BuyerShown(Base):
    """Who of the seller's side saw a buyer's address for which purchase; append-only."""

    __tablename__ = "buyers_shown"
    __table_args__ = (Index(None, "pledge_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    shown_at: Mapped[datetime] = mapped_column(Instant)


def buyer_place(pledge_ref: str) -> str:
    """Name the place to which a buyer's address is bound."""
    return f"produce_sales.buyer:{pledge_ref}"
