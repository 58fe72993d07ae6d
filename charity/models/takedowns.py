"""Take-downs: what a reviewer took out of sight because of a reported concern, and when it came back."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, exists, select, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from charity.adapters.db import Base, Id, Instant

_LIVE = text("restored_at IS NULL")


class TakeDown(Base):
    """One wish, picture or circle that a case keeps out of sight; ended rows stay as history."""

    __tablename__ = "take_downs"
    __table_args__ = (
        Index(None, "case_id"),
        Index("ix_take_downs_wish_id", "wish_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_take_downs_circle_id", "circle_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    thing: Mapped[str] = mapped_column(String(8))  # wish, photo, circle
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("wishes.id"))
    circle_id: Mapped[int | None] = mapped_column(ForeignKey("circles.id"))
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    restored_at: Mapped[datetime | None] = mapped_column(Instant)
    restored_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # why it came back


class CaseTakenUp(Base):
    """That somebody looks into a reported concern, and since when."""

    __tablename__ = "cases_taken_up"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    taken_up_at: Mapped[datetime] = mapped_column(Instant)


def why_place(case_ref: str) -> str:
    """Name the place the reason of a return is sealed for."""
    return f"take_downs.why:{case_ref}"


def is_taken_up(session: Session, case_id: int) -> bool:
    """Say whether somebody looks into a reported concern."""
    return bool(session.scalar(select(exists().where(CaseTakenUp.case_id == case_id))))


def wish_is_down(wish_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Give the condition that a reported concern keeps a wish out of sight."""
    return exists().where(TakeDown.wish_id == wish_id, TakeDown.thing == "wish", TakeDown.restored_at.is_(None))


def is_wish_down(session: Session, wish_id: int) -> bool:
    """Say whether a reported concern keeps a wish out of sight."""
    down = TakeDown.wish_id == wish_id, TakeDown.thing == "wish", TakeDown.restored_at.is_(None)
    return bool(session.scalar(select(exists().where(*down))))


def is_circle_down(session: Session, circle_id: int) -> bool:
    """Say whether a reported concern keeps a circle out of sight."""
    return bool(session.scalar(select(exists().where(TakeDown.circle_id == circle_id, TakeDown.restored_at.is_(None)))))
