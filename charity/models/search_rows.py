"""Words by which wishes are found: the public words of each wish in three writings, and their pieces by number."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class SearchText(Base):
    """The public words of a wish that can be found; what a search compares its words with."""

    __tablename__ = "search_texts"

    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"), primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(Id)  # the second of publication, which no claim changes
    plain: Mapped[str] = mapped_column(Text)
    spoken: Mapped[str] = mapped_column(Text)
    initials: Mapped[str] = mapped_column(Text)


class SearchPiece(Base):
    """A piece of a wish's words; those of one piece lie next to each other, the longest public first."""

    __tablename__ = "search_pieces"
    __table_args__ = ({"sqlite_with_rowid": False},)

    piece: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    wish_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class SearchRenewal(Base):
    """A thing that is called otherwise now, and how far its wishes have got the new words; gone when all have them."""

    __tablename__ = "search_renewals"

    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    after: Mapped[int] = mapped_column(Id)  # the last wish that was looked at
    again_at: Mapped[datetime | None] = mapped_column(Instant)  # from then on all are looked at once more


class WishToken(Base):
    """A token of the release before: empty here, there for its workers until they are replaced, gone with the next."""

    __tablename__ = "wish_tokens"

    token: Mapped[str] = mapped_column(String(24), primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"), primary_key=True, index=True)
