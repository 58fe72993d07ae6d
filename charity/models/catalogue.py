"""The catalogue as administrators keep it: each change a row over the built-in thing; the newest one counts."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from charity.adapters.db import Base, Id, Instant, Tx
from charity.domain.catalogue import CATEGORIES, Category, Necessity, SizeOf, get_category
from charity.domain.items import ItemChange, changed

# Any fixed number that no other use of the database's advisory locks shares
_TURN = 0x636174616C6F67


class CatalogueChange(Base):
    """What a thing is from a moment on, who said so, and why; rows are never changed."""

    __tablename__ = "catalogue_changes"
    __table_args__ = (UniqueConstraint("ref"), Index(None, "code", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    code: Mapped[str] = mapped_column(String(24))
    low_fen: Mapped[int] = mapped_column(Id)
    top_fen: Mapped[int] = mapped_column(Id)
    necessity: Mapped[str] = mapped_column(String(12))
    size: Mapped[str] = mapped_column(String(12))
    season: Mapped[str] = mapped_column(String(40))
    is_offered: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


def lock_catalogue(tx: Tx) -> None:
    """Let changes of the catalogue wait for each other, whoever makes them; a thing may have no row yet to lock."""
    if not tx.is_sqlite:  # which lets one write at a time anyway
        tx.session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


def change_of(row: CatalogueChange) -> ItemChange:
    """Read what a row says."""
    return ItemChange(
        low_fen=row.low_fen,
        top_fen=row.top_fen,
        necessity=Necessity(row.necessity),
        size=SizeOf(row.size),
        season=tuple(int(month) for month in row.season.split(",") if month),
        is_offered=row.is_offered,
    )


def find_category(session: Session, code: str) -> Category:
    """Give a thing as the catalogue has it now; Invalid when it has no such thing."""
    category = get_category(code)
    newest = select(CatalogueChange).where(CatalogueChange.code == code).order_by(CatalogueChange.id.desc()).limit(1)
    row = session.scalars(newest).first()
    return category if row is None else changed(category, change_of(row))


def is_of_class(category: InstrumentedAttribute[str], necessity: Necessity) -> ColumnElement[bool]:
    """Give the condition that a category is of a class of necessity now: by its newest change, else as built in."""
    newest = select(func.max(CatalogueChange.id)).group_by(CatalogueChange.code)
    moved_there = select(CatalogueChange.code).where(
        CatalogueChange.id.in_(newest), CatalogueChange.necessity == necessity.value
    )
    built_in = [code for code, it in CATEGORIES.items() if it.necessity is necessity]
    untouched = category.not_in(select(CatalogueChange.code))
    return or_(category.in_(moved_there), and_(category.in_(built_in), untouched))


def list_present(session: Session) -> dict[str, Category]:
    """Give all things as the catalogue has them now, in its order."""
    newest = select(func.max(CatalogueChange.id)).group_by(CatalogueChange.code)
    rows = session.scalars(select(CatalogueChange).where(CatalogueChange.id.in_(newest)))
    changes = {row.code: change_of(row) for row in rows}
    return {code: changed(it, changes[code]) if code in changes else it for code, it in CATEGORIES.items()}
