"""What was served on the wall and what of it was on somebody's screen; no account and no address.

``served_lists`` is the log from which each list can be computed again. ``impressions`` hold at most one row for a place
of a list, whoever asks how often, with a digest of the reader and the hour until they are summed. ``looks`` say for a
day, by digests alone, which reader counted for which wish in an hour. ``wish_views`` are the sums, by which the
index ranks. None is part of the book.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    delete,
    null,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant, Tx
from charity.domain.served import Glimpse

AT_ONCE = 500
_WAITS, _WAITS_ON_SQLITE = "NOT is_counted", "is_counted = 0"


class ServedList(Base):
    """One list as it was served: what it was ranked by, and its wishes with their numbers."""

    __tablename__ = "served_lists"
    __table_args__ = (Index(None, "served_at"),)

    ref: Mapped[str] = mapped_column(String(13), primary_key=True)
    served_at: Mapped[datetime] = mapped_column(Instant)
    rule: Mapped[str] = mapped_column(String(12))  # ranked, or the order that took its place
    weights: Mapped[str] = mapped_column(String(12))
    built_at: Mapped[int] = mapped_column(Id)  # the index's stamp: its second and its last leaf
    leaf: Mapped[int] = mapped_column(Id)
    beneath: Mapped[int]  # how many stood on the pages before
    stated_digest: Mapped[bytes] = mapped_column(LargeBinary)
    stated_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    wishes: Mapped[bytes] = mapped_column(LargeBinary)  # see domain/served.py


class Impression(Base):
    """That a place of a list was seen: thousandths of one impression."""

    __tablename__ = "impressions"
    __table_args__ = (
        CheckConstraint("parts BETWEEN 0 AND 1000", name="parts"),
        Index("ix_impressions_waiting", "list_ref", sqlite_where=text(_WAITS_ON_SQLITE), postgresql_where=text(_WAITS)),
        Index(None, "seen_at"),
    )

    list_ref: Mapped[str] = mapped_column(String(13), primary_key=True)  # its list may still be in a buffer
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    parts: Mapped[int] = mapped_column(SmallInteger)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    is_counted: Mapped[bool] = mapped_column(default=False)
    reader: Mapped[int | None] = mapped_column(Id)  # of one hour, see web/kit/ranking.py; taken out with the sum


class Look(Base):
    """That some reader has counted for a wish in an hour: a digest of the three and nothing else."""

    __tablename__ = "looks"
    __table_args__ = (Index(None, "seen_at"),)

    mark: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime] = mapped_column(Instant)


class WishView(Base):
    """How often a wish has been seen so far, in thousandths."""

    __tablename__ = "wish_views"
    __table_args__ = (CheckConstraint("parts >= 0", name="parts"),)

    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"), primary_key=True, autoincrement=False)
    parts: Mapped[int] = mapped_column(Id)
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An impression that no sum holds yet, with the log of its list."""

    list_ref: str
    place: int
    parts: int
    reader: int | None
    wishes: bytes


def _insert(tx: Tx, table: type[Base]) -> Any:
    return (sqlite.insert if tx.is_sqlite else postgresql.insert)(table)


def add_lists(tx: Tx, rows: list[dict[str, object]]) -> None:
    """Log lists; one that is there already stays as it is."""
    if rows:
        tx.session.execute(_insert(tx, ServedList).on_conflict_do_nothing(), rows)


def add_impressions(tx: Tx, glimpses: Iterable[Glimpse]) -> None:
    """Note what was seen, in one statement; what was noted before counts once."""
    rows = [
        {
            "list_ref": each.list_ref,
            "place": each.place,
            "parts": each.parts,
            "seen_at": tx.now,
            "is_counted": False,
            "reader": each.reader,
        }
        for each in glimpses
    ]
    for start in range(0, len(rows), AT_ONCE):
        tx.session.execute(_insert(tx, Impression).values(rows[start : start + AT_ONCE]).on_conflict_do_nothing())


def list_waiting(tx: Tx, limit: int) -> list[Waiting]:
    """Take impressions no sum holds yet; another worker's are left to him."""
    seen = Impression
    query = (
        select(seen.list_ref, seen.place, seen.parts, seen.reader, ServedList.wishes)
        .join(ServedList, ServedList.ref == seen.list_ref)
        .where(~seen.is_counted)
        .order_by(seen.list_ref, seen.place)
        .limit(limit)
        .with_for_update(skip_locked=True, of=seen)
    )
    return [Waiting(*row[:4], bytes(row.wishes)) for row in tx.session.execute(query)]


def mark_counted(tx: Tx, waiting: Iterable[Waiting]) -> None:
    """Say that a sum holds these; who looked is no longer asked."""
    places: dict[str, list[int]] = {}
    for each in waiting:
        places.setdefault(each.list_ref, []).append(each.place)
    for ref, of_list in places.items():
        tx.session.execute(
            update(Impression)
            .where(Impression.list_ref == ref, Impression.place.in_(of_list))
            .values(is_counted=true(), reader=null())
            .execution_options(synchronize_session=False)
        )


def add_looks(tx: Tx, marks: Iterable[int]) -> list[int]:
    """Note who counts for which wish in an hour, and give what was not noted before; in order, as with the sums."""
    rows = [{"mark": mark, "seen_at": tx.now} for mark in sorted(marks)]
    new: list[int] = []
    for start in range(0, len(rows), AT_ONCE):
        put = _insert(tx, Look).values(rows[start : start + AT_ONCE]).on_conflict_do_nothing().returning(Look.mark)
        new += tx.session.scalars(put)
    return new


def add_views(tx: Tx, sums: Mapping[int, int]) -> None:
    """Add to what has been seen of wishes; in the order of their ids, so that two workers never wait crosswise."""
    rows = [
        {"wish_id": wish, "parts": parts, "first_at": tx.now, "last_at": tx.now} for wish, parts in sorted(sums.items())
    ]
    for start in range(0, len(rows), AT_ONCE):
        new = _insert(tx, WishView).values(rows[start : start + AT_ONCE])
        more = {"parts": WishView.parts + new.excluded.parts, "last_at": new.excluded.last_at}
        tx.session.execute(new.on_conflict_do_update(index_elements=[WishView.wish_id], set_=more))


def forget_lists(tx: Tx, before: datetime, limit: int) -> int:
    """Delete old lists and what was seen of them; the sums stay."""
    old = list(
        tx.session.scalars(
            select(ServedList.ref).where(ServedList.served_at < before).order_by(ServedList.served_at).limit(limit)
        )
    )
    for start in range(0, len(old), AT_ONCE):
        tx.session.execute(delete(ServedList).where(ServedList.ref.in_(old[start : start + AT_ONCE])))
    tx.session.execute(delete(Impression).where(Impression.seen_at < before))
    return len(old)


def forget_readers(tx: Tx, before: datetime) -> None:
    """Delete who looked; an impression without a list by then will never have one."""
    tx.session.execute(delete(Look).where(Look.seen_at < before))
    tx.session.execute(delete(Impression).where(~Impression.is_counted, Impression.seen_at < before))
