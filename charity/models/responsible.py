"""The people responsible in reality: for a family, a child, a village or a township; sealed."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from charity.adapters.db import Base, Id, Instant


class ResponsiblePerson(Base):
    """One person in one duty; whoever comes next is another row and ends this one; no more is written later."""

    __tablename__ = "responsible_people"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "household_id"),
        Index(None, "region_code"),
        Index(None, "until"),
        CheckConstraint("(household_id IS NULL) <> (region_code IS NULL)", name="one_place"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))  # whose class teacher
    region_code: Mapped[str | None] = mapped_column(String(12))
    duty: Mapped[str] = mapped_column(String(24))
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    since: Mapped[date]
    until: Mapped[date | None]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


def name_place(ref: str) -> str:
    """Say where a sealed name stands."""
    return f"responsible_people.name:{ref}"


def phone_place(ref: str) -> str:
    """Say where a sealed phone stands."""
    return f"responsible_people.phone:{ref}"


def end_duties(session: Session, whose: ColumnElement[bool], day: date) -> None:
    """End on a day the duties somebody still holds for some people or families; who held them stays readable."""
    session.execute(update(ResponsiblePerson).where(whose, ResponsiblePerson.until.is_(None)).values(until=day))
