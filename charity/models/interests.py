"""What donors stated they would like to help with: one row for who stated anything, none for who did not."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, delete, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from charity.adapters.db import Base, Id, Instant, Tx
from charity.domain.interests import NOTHING, Interests
from charity.domain.matching import Stated


class Interest(Base):
    """One donor's stated interests; codes with spaces between them, empty where he left it open."""

    __tablename__ = "interests"
    __table_args__ = (
        CheckConstraint("need BETWEEN 0 AND 2", name="need"),
        CheckConstraint("budget_fen >= 1", name="budget_fen"),
        CheckConstraint("units >= 1", name="units"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    places: Mapped[str] = mapped_column(String(40), default="")
    kinds: Mapped[str] = mapped_column(String(600), default="")
    forms: Mapped[str] = mapped_column(String(60), default="")
    ages: Mapped[str] = mapped_column(String(60), default="")
    need: Mapped[int | None] = mapped_column(SmallInteger)
    budget_fen: Mapped[int | None] = mapped_column(Id)
    units: Mapped[int] = mapped_column(SmallInteger, default=1, server_default=text("1"))  # given at once
    seats: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))  # circles at once
    changed_at: Mapped[datetime] = mapped_column(Instant)


def _joined(codes: Iterable[str]) -> str:
    return " ".join(codes)


def read_interests(session: Session, account_id: int) -> Interests:
    """Read what an account stated; nothing at all where it has no row."""
    row = session.execute(select(Interest).where(Interest.account_id == account_id)).scalar_one_or_none()
    return NOTHING if row is None else interests_of(row)


def interests_of(row: Interest) -> Interests:
    """Read a row."""
    stated = Stated(
        places=tuple(row.places.split()),
        kinds=frozenset(row.kinds.split()),
        forms=frozenset(row.forms.split()),
        ages=frozenset(row.ages.split()),
        need=row.need,
    )
    return Interests(stated=stated, budget_fen=row.budget_fen, units=row.units, seats=row.seats)


def write_interests(tx: Tx, account_id: int, interests: Interests) -> None:
    """Write what an account states now; whoever states nothing has no row."""
    if interests.is_empty:
        forget_interests(tx, account_id)
        return
    stated = interests.stated
    row = Interest(
        account_id=account_id,
        places=_joined(stated.places),
        kinds=_joined(sorted(stated.kinds)),
        forms=_joined(sorted(stated.forms)),
        ages=_joined(sorted(stated.ages)),
        need=stated.need,
        budget_fen=interests.budget_fen,
        units=interests.units,
        seats=interests.seats,
        changed_at=tx.now,
    )
    tx.session.merge(row)
    tx.session.flush()


def forget_interests(tx: Tx, account_id: int) -> None:
    """Delete what an account stated."""
    tx.session.execute(delete(Interest).where(Interest.account_id == account_id))
