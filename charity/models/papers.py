"""Signed and official papers: photos of families' consents, and the documents of a programme's legal basis."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from charity.adapters.db import Base, Id, Instant


class ConsentPaper(Base):
    """The photo of a paper a person (or who speaks for him) has signed; its bytes lie sealed."""

    __tablename__ = "consent_papers"
    __table_args__ = (UniqueConstraint("ref"), Index(None, "household_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    storage_key: Mapped[str] = mapped_column(String(80))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


def newest_paper(session: Session, household_id: int, member_id: int | None = None) -> datetime | None:
    """Say when the newest photo of a paper signed by or for a family (or one of it) was taken in; None without one."""
    kept = select(func.max(ConsentPaper.recorded_at)).where(
        ConsentPaper.household_id == household_id, ConsentPaper.storage_key != ""
    )
    return session.scalar(kept if member_id is None else kept.where(ConsentPaper.member_id == member_id))


class PaperSeen(Base):
    """Who looked at the photo of a signed paper, and when; written before it is sent."""

    __tablename__ = "papers_seen"
    __table_args__ = (Index(None, "paper_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("consent_papers.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    seen_at: Mapped[datetime] = mapped_column(Instant)


class BasisDocument(Base):
    """A document on which a programme stands: what it is, its number, and where the original lies."""

    __tablename__ = "basis_documents"
    __table_args__ = (UniqueConstraint("ref"), Index(None, "programme_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    kind: Mapped[str] = mapped_column(String(24))
    number: Mapped[str] = mapped_column(String(80))
    issued_by: Mapped[str] = mapped_column(String(120))
    valid_until: Mapped[date | None]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class BasisFile(Base):
    """A copy of such a document, a PDF or a photographed page; its bytes lie sealed, its digest stands in the book."""

    __tablename__ = "basis_files"
    __table_args__ = (UniqueConstraint("ref"), UniqueConstraint("storage_key"), Index(None, "document_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    document_id: Mapped[int] = mapped_column(ForeignKey("basis_documents.id"))
    storage_key: Mapped[str] = mapped_column(String(80))
    media_type: Mapped[str] = mapped_column(String(24))
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("basis_files.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)
