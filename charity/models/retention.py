"""How long records are kept, what was forgotten when, and the files that wait to be removed."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from charity.adapters.crypto import seal_some, unseal_some
from charity.adapters.db import Base, Id, Instant, Tx
from charity.domain.calendar import day_of
from charity.domain.retention import RULES, FileForm, Record

# Any fixed number that no other use of the database's advisory locks shares
_TURN = 0x726574656E74
# Stands among the kinds of records of a day once all of them were gone through; no kind is called so
NIGHT = "night"


class RetentionChange(Base):
    """How many days a kind of record is kept from a moment on, who said so and why; rows are never changed."""

    __tablename__ = "retention_changes"
    __table_args__ = (UniqueConstraint("ref"), Index(None, "record", "id"), CheckConstraint("days > 0", name="days"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    record: Mapped[str] = mapped_column(String(16))
    was: Mapped[int]
    days: Mapped[int]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class Forgotten(Base):
    """How many records of a kind were forgotten on a day of Shanghai, and that its night went through all."""

    __tablename__ = "forgotten"

    day: Mapped[date] = mapped_column(primary_key=True)
    record: Mapped[str] = mapped_column(String(16), primary_key=True)
    count: Mapped[int]


class ForgottenRow(Base):
    """That one row was forgotten where the row itself stays, with nothing of a person in it."""

    __tablename__ = "forgotten_rows"

    record: Mapped[str] = mapped_column(String(16), primary_key=True)
    row_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    forgotten_at: Mapped[datetime] = mapped_column(Instant)


class ForgottenFile(Base):
    """A file whose record is forgotten already; its row goes when the file is gone."""

    __tablename__ = "forgotten_files"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    form: Mapped[str] = mapped_column(String(8))
    storage_key: Mapped[str] = mapped_column(String(80))


def reason_place(ref: str) -> str:
    """Name the place to which the reason of a change is bound."""
    return f"retention_changes.reason:{ref}"


def reason_of(row: RetentionChange) -> str:
    """Read why a change was made."""
    return unseal_some(row.reason_sealed, place=reason_place(row.ref))


def sealed_reason(ref: str, reason: str) -> bytes | None:
    """Seal why a change is made."""
    return seal_some(reason.strip(), place=reason_place(ref))


def lock_retention(tx: Tx) -> None:
    """Let changes of the periods wait for each other; a record may have no row yet to lock."""
    tx.take_turn(_TURN)


def kept_for(session: Session) -> dict[Record, int]:
    """Give how many days each kind of record is kept now; never less than a release has made the least meanwhile."""
    newest = select(func.max(RetentionChange.id)).group_by(RetentionChange.record)
    rows = session.execute(select(RetentionChange.record, RetentionChange.days).where(RetentionChange.id.in_(newest)))
    said = {record: days for record, days in rows}
    return {record: max(said.get(record.value, rule.days), rule.least) for record, rule in RULES.items()}


def kept_until(tx: Tx, record: Record) -> datetime:
    """Give the moment before which records of a kind are over their time."""
    newest = select(RetentionChange.days).where(RetentionChange.record == record.value)
    days = tx.session.scalars(newest.order_by(RetentionChange.id.desc()).limit(1)).first()
    return tx.now - timedelta(days=max(days or RULES[record].days, RULES[record].least))


def note_forgotten(tx: Tx, record: Record, count: int) -> None:
    """Count what was forgotten today."""
    if not count:
        return
    day = day_of(tx.now)
    there = Forgotten.day == day, Forgotten.record == record.value
    more = update(Forgotten).where(*there).values(count=Forgotten.count + count).returning(Forgotten.count)
    if tx.session.execute(more).one_or_none() is None:
        tx.session.execute(insert(Forgotten).values(day=day, record=record.value, count=count))


def mark_night(tx: Tx) -> None:
    """Note that today's night has been through all kinds; another worker may have said so already."""
    put = (sqlite.insert if tx.is_sqlite else postgresql.insert)(Forgotten)
    tx.session.execute(put.values(day=day_of(tx.now), record=NIGHT, count=0).on_conflict_do_nothing())


def mark_forgotten(tx: Tx, record: Record, row_ids: Collection[int]) -> None:
    """Note rows that stay with nothing of a person in them."""
    if row_ids:
        rows = [{"record": record.value, "row_id": row_id, "forgotten_at": tx.now} for row_id in sorted(row_ids)]
        tx.session.execute(insert(ForgottenRow), rows)


def drop_later(tx: Tx, form: FileForm, keys: Iterable[str]) -> None:
    """Let files be removed after the commit, whatever happens in between."""
    rows = [{"form": form.value, "storage_key": key} for key in keys if key]
    if rows:
        tx.session.execute(insert(ForgottenFile), rows)
