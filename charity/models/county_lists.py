"""Counties' own lists of families: staged row by row, and what became of each row."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant

_HAS_HOME = text("household_id IS NOT NULL")
_HAS_WISH = text("wish_id IS NOT NULL")


class CountyList(Base):
    """A list that an administrator brought; its headings are sealed, since a wrong file may name people there."""

    __tablename__ = "county_lists"
    __table_args__ = (
        UniqueConstraint("ref"),
        CheckConstraint("rows >= 0", name="rows"),
        Index("ix_county_lists_region", "region_code", "id"),
        Index("ix_county_lists_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    region_code: Mapped[str] = mapped_column(String(12))
    county: Mapped[str] = mapped_column(String(6))
    state: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(24), default="")  # meant where no cell says one
    headings_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    layout_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    columns: Mapped[str] = mapped_column(Text)  # JSON: for each column its code, or nothing
    heading_row: Mapped[int]  # the line a reader sees beside the lowest heading
    rows: Mapped[int]
    brought_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    brought_at: Mapped[datetime] = mapped_column(Instant)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # undone or dropped
    forgotten_at: Mapped[datetime | None] = mapped_column(Instant)  # when the cells of its rows were wiped


class CountyListRow(Base):
    """One row: its cells as they came, sealed; digests to find who stands there twice; what became of it."""

    __tablename__ = "county_list_rows"
    __table_args__ = (
        UniqueConstraint("list_id", "line"),
        Index("ix_county_list_rows_state", "list_id", "state", "line"),
        Index("ix_county_list_rows_head", "list_id", "head_digest"),
        Index("ix_county_list_rows_person", "list_id", "person_digest"),
        Index("ix_county_list_rows_id", "list_id", "id_digest"),
        Index("ix_county_list_rows_phone", "list_id", "phone_digest"),
        Index("ix_county_list_rows_wish", "wish_id", sqlite_where=_HAS_WISH, postgresql_where=_HAS_WISH),
        Index("ix_county_list_rows_home", "household_id", sqlite_where=_HAS_HOME, postgresql_where=_HAS_HOME),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("county_lists.id"))
    line: Mapped[int]
    family: Mapped[int] = mapped_column(default=0)  # the line of its family's first row
    state: Mapped[str] = mapped_column(String(8))
    need_state: Mapped[str] = mapped_column(String(8), default="none")
    cell: Mapped[str] = mapped_column(String(8), default="")  # like C17
    reason: Mapped[str] = mapped_column(String(32), default="")  # a code
    told: Mapped[str] = mapped_column(String(40), default="")  # the alias of the family it looks like, or a line
    village: Mapped[str] = mapped_column(String(12), default="")
    cells_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Head and phone of a family's first row alone; heads and people are found by their names as these are spoken.
    head_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    phone_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    person_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    id_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("wishes.id"))


class ListLayout(Base):
    """What the columns of a layout were taken for in a county the last time; the next list begins with it."""

    __tablename__ = "list_layouts"

    county: Mapped[str] = mapped_column(String(6), primary_key=True)
    layout_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    columns: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime] = mapped_column(Instant)


class ListedConsent(Base):
    """The paper by which somebody agreed who came in with a list: when it was signed, and its number."""

    __tablename__ = "listed_consents"

    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"), primary_key=True, autoincrement=False)
    list_id: Mapped[int] = mapped_column(ForeignKey("county_lists.id"), index=True)
    signed_on: Mapped[date]
    paper_sealed: Mapped[bytes] = mapped_column(LargeBinary)


def cells_place(list_ref: str, line: int) -> str:
    """Name the place to which a row's cells are bound."""
    return f"county_list_rows.cells:{list_ref}:{line}"


def headings_place(list_ref: str) -> str:
    """Name the place to which a list's headings are bound."""
    return f"county_lists.headings:{list_ref}"


def paper_place(consent_id: int) -> str:
    """Name the place to which a paper's number is bound."""
    return f"listed_consents.paper:{consent_id}"
