"""The catalogue as administrators keep it: each change a row over the built-in thing; the newest one counts."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    ScalarSelect,
    String,
    UniqueConstraint,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from charity.adapters.db import Base, Id, Instant, Tx
from charity.domain.catalogue import CATEGORIES, Category, Necessity, SizeOf, get_category
from charity.domain.items import ItemChange, ItemNames, category_of, changed
from charity.domain.wishes import BeneficiaryKind

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


class CatalogueItem(Base):
    """A thing that administrators added; what can be changed of it stands in its changes, the first came with it."""

    __tablename__ = "catalogue_items"

    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    beneficiaries: Mapped[str] = mapped_column(String(40))
    asks_interest: Mapped[bool]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class CatalogueName(Base):
    """What a thing is called from a moment on, in both languages, who said so, and why; rows are never changed."""

    __tablename__ = "catalogue_names"
    __table_args__ = (UniqueConstraint("ref"), Index(None, "code", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    code: Mapped[str] = mapped_column(String(24))
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(200))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


def lock_catalogue(tx: Tx) -> None:
    """Let changes of the catalogue wait for each other, whoever makes them; a thing may have no row yet to lock."""
    tx.take_turn(_TURN)


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
    category = CATEGORIES.get(code) or _find_added(session, code)
    newest = select(CatalogueChange).where(CatalogueChange.code == code).order_by(CatalogueChange.id.desc()).limit(1)
    row = session.scalars(newest).first()
    return category if row is None else changed(category, change_of(row))


def _find_added(session: Session, code: str) -> Category:
    row = session.get(CatalogueItem, code)
    return get_category(code) if row is None else _added(row)  # which refuses a code that nobody knows


def _added(row: CatalogueItem) -> Category:
    whose = frozenset(BeneficiaryKind(each) for each in row.beneficiaries.split(","))
    return category_of(row.code, whose, asks_interest=row.asks_interest)


def list_names(session: Session) -> dict[str, ItemNames]:
    """Give what things are called that administrators added or renamed."""
    newest = select(func.max(CatalogueName.id)).group_by(CatalogueName.code)
    rows = session.execute(
        select(CatalogueName.code, CatalogueName.zh, CatalogueName.en).where(CatalogueName.id.in_(newest))
    )
    return {code: ItemNames(zh, en) for code, zh, en in rows}


def newest_name(category: InstrumentedAttribute[str], part: InstrumentedAttribute[str]) -> ScalarSelect[str]:
    """Give the column that tells what a thing is called now in one language; NULL where nobody renamed it."""
    asked = select(part).where(CatalogueName.code == category).order_by(CatalogueName.id.desc()).limit(1)
    return asked.correlate(category.class_).scalar_subquery()


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
    """Give all things as the catalogue has them now, in its order; what was added stands behind."""
    newest = select(func.max(CatalogueChange.id)).group_by(CatalogueChange.code)
    rows = session.scalars(select(CatalogueChange).where(CatalogueChange.id.in_(newest)))
    changes = {row.code: change_of(row) for row in rows}
    added = session.scalars(select(CatalogueItem).order_by(CatalogueItem.made_at, CatalogueItem.code))
    there = CATEGORIES | {row.code: _added(row) for row in added}
    return {code: changed(it, changes[code]) if code in changes else it for code, it in there.items()}
