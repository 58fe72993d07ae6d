"""The public book's tables: entries, leaves, tree nodes and checkpoints are only added, and the database sees to it.

``entries`` hold what happened, inserted with the change itself. A trigger puts each new entry's id into ``entry_queue``
in the same transaction, so an entry waits for its leaf exactly when it has been committed, however late that was. A
sequencer gives waiting entries their ``leaves``: number, entry, hash. ``tree_nodes`` are the complete subtrees above.
"""

from datetime import datetime
from typing import Final, cast

from sqlalchemy import DDL, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Table, event, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant

HASH_LENGTH: Final = 32


class Entry(Base):
    """One recorded event; wish, pledge and topic repeat subjects of the body, to find its timeline."""

    __tablename__ = "entries"
    __table_args__ = (
        Index("ix_entries_wish", "wish", "id", sqlite_where=text("wish IS NOT NULL"),
              postgresql_where=text("wish IS NOT NULL")),
        Index("ix_entries_pledge", "pledge", "id", sqlite_where=text("pledge IS NOT NULL"),
              postgresql_where=text("pledge IS NOT NULL")),
        Index("ix_entries_topic", "topic", "id", sqlite_where=text("topic IS NOT NULL"),
              postgresql_where=text("topic IS NOT NULL")),
        # AUTOINCREMENT: SQLite must never give the number of a deleted entry to another
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    wish: Mapped[str | None] = mapped_column(String(13))
    pledge: Mapped[str | None] = mapped_column(String(13))
    topic: Mapped[str | None] = mapped_column(String(32))  # case, point, programme, circle or double, as "case:ref"
    body: Mapped[bytes] = mapped_column(LargeBinary)


class EntrySalt(Base):
    """The salt of one text's digest; deleting it forgets the text and breaks no proof."""

    __tablename__ = "entry_salts"
    __table_args__ = (CheckConstraint(f"length(salt) = {HASH_LENGTH}", name="salt"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class WaitingEntry(Base):
    """A committed entry that has no leaf yet; filled by a trigger, emptied by the sequencer."""

    __tablename__ = "entry_queue"

    entry_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)


class Leaf(Base):
    """An entry's numbered place in the book."""

    __tablename__ = "leaves"
    __table_args__ = (
        Index("uq_leaves_entry_id", "entry_id", unique=True),
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint(f"length(hash) = {HASH_LENGTH}", name="hash"),
    )

    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class TreeNode(Base):
    """The hash of one complete subtree above the leaves."""

    __tablename__ = "tree_nodes"
    __table_args__ = (
        CheckConstraint("level >= 1 AND place >= 0", name="place"),
        CheckConstraint(f"length(hash) = {HASH_LENGTH}", name="hash"),
        {"sqlite_with_rowid": False},
    )

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class TreeHead(Base):
    """A checkpoint: a signed tree head, kept exactly as published."""

    __tablename__ = "checkpoints"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint(f"length(root) = {HASH_LENGTH}", name="root"),
    )

    size: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(Instant)


ENTRIES, SALTS, QUEUE, LEAVES, NODES, HEADS = (
    cast(Table, table.__table__) for table in (Entry, EntrySalt, WaitingEntry, Leaf, TreeNode, TreeHead)
)
APPEND_ONLY: Final = (ENTRIES, LEAVES, NODES, HEADS)
_FUNCTIONS: Final = (
    "CREATE OR REPLACE FUNCTION book_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
    "CREATE OR REPLACE FUNCTION book_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN INSERT INTO entry_queue (entry_id) VALUES (NEW.id); RETURN NULL; END $$",
)


def guard_statements(dialect: str) -> list[str]:
    """List the statements that make the book append-only and queue its entries, for a migration; repeating is safe."""
    functions = _FUNCTIONS if dialect == "postgresql" else ()
    return [*functions, *(statement for table in (*APPEND_ONLY, SALTS) for statement in _guards(dialect, table))]


def _guards(dialect: str, table: Table) -> list[str]:
    # A salt may go, so that its text is forgotten, but never change
    acts = ["UPDATE"] if table is SALTS else ["UPDATE", "DELETE"]
    if dialect == "postgresql":
        return _postgresql(table, [*acts, "TRUNCATE"] if len(acts) > 1 else acts)
    return _sqlite(table, acts)


def _postgresql(table: Table, acts: list[str]) -> list[str]:
    guards = [
        f"CREATE OR REPLACE TRIGGER {table.name}_append_only BEFORE {' OR '.join(acts)} ON {table.name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION book_is_append_only()"
    ]
    if table is ENTRIES:
        guards.append(
            "CREATE OR REPLACE TRIGGER entries_wait AFTER INSERT ON entries"
            " FOR EACH ROW EXECUTE FUNCTION book_entry_waits()"
        )
    return guards


def _sqlite(table: Table, acts: list[str]) -> list[str]:
    guards = [
        f"CREATE TRIGGER IF NOT EXISTS {table.name}_no_{act.lower()} BEFORE {act} ON {table.name}"
        f" BEGIN SELECT RAISE(ABORT, 'append-only: {table.name}'); END"
        for act in acts
    ]
    if table is ENTRIES:
        guards.append(
            "CREATE TRIGGER IF NOT EXISTS entries_wait AFTER INSERT ON entries"
            " BEGIN INSERT INTO entry_queue (entry_id) VALUES (NEW.id); END"
        )
    return guards


def _guard_on_create(table: Table) -> None:
    for statement in (*_FUNCTIONS, *_guards("postgresql", table)):
        event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect="postgresql"))
    for statement in _guards("sqlite", table):
        event.listen(table, "after_create", DDL(statement).execute_if(dialect="sqlite"))


for _table in (*APPEND_ONLY, SALTS):
    _guard_on_create(_table)
