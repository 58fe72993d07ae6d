"""Appending to the public book: the only way in. One INSERT, in the transaction of the change it records."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from types import MappingProxyType

from sqlalchemy import insert

from charity.adapters.db import Tx
from charity.domain.entries import KINDS, Body, NotAnEntry, check
from charity.domain.entry_values import JSON
from charity.ledger.canonical import encode
from charity.ledger.texts import SALT_LENGTH, text_digest
from charity.models.ledger import ENTRIES, SALTS

Facts = Mapping[str, JSON]
_NONE: Mapping[str, str] = MappingProxyType({})
# What an entry's topic names, by the family of its kind; all others may be about a case.
_TOPICS = {name: name for name in ("point", "programme", "double")} | dict.fromkeys(
    ("circle", "seat", "month", "letter"), "circle"
)
_APPEND = insert(ENTRIES)
_APPEND_ALL = insert(ENTRIES).inline()
_KEEP_SALTS = insert(SALTS)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row for the table of entries, for a statement that inserts it together with something else."""

    kind: str
    wish: str | None
    pledge: str | None
    topic: str | None
    body: bytes


def append(tx: Tx, kind: str, subjects: Mapping[str, str], facts: Facts, *, texts: Mapping[str, str] = _NONE) -> int:
    """Record what happened and return the entry's id; append after the conditional UPDATE, so entries follow rows."""
    salts = {name: secrets.token_bytes(SALT_LENGTH) for name in texts}
    digests = {name: text_digest(salts[name], text) for name, text in texts.items()}
    row = prepare(kind, subjects, facts, at=tx.now, digests=digests)
    added = tx.session.execute(_APPEND, _values(row))
    entry_id = int(added.inserted_primary_key[0])  # pyright: ignore[reportAttributeAccessIssue, reportOptionalSubscript]
    if salts:
        rows = [{"entry_id": entry_id, "name": name, "salt": salt} for name, salt in salts.items()]
        tx.session.execute(_KEEP_SALTS, rows)
    return entry_id


def append_all(tx: Tx, kind: str, entries: Iterable[tuple[Mapping[str, str], Facts]]) -> None:
    """Record several things of one kind, without words, in one statement and in their order."""
    rows = [_values(prepare(kind, subjects, facts, at=tx.now)) for subjects, facts in entries]
    if rows:
        tx.session.execute(_APPEND_ALL, rows)


def _values(row: EntryRow) -> dict[str, str | bytes | None]:
    return {"kind": row.kind, "wish": row.wish, "pledge": row.pledge, "topic": row.topic, "body": row.body}


def prepare(
    kind: str, subjects: Mapping[str, str], facts: Facts, *, at: datetime, digests: Mapping[str, str] = _NONE
) -> EntryRow:
    """Check an entry and make its row; NotAnEntry when it says what its kind may not say."""
    if kind not in KINDS:
        raise NotAnEntry("the book knows no such kind")
    body = Body(KINDS[kind], moment(at), dict(subjects), {name: _plain(fact) for name, fact in facts.items()}, digests)
    return row_of(check(body))


def row_of(body: Body) -> EntryRow:
    """Make the row that belongs to a body."""
    return EntryRow(body.kind.value, body.subjects.get("wish"), body.subjects.get("pledge"), _topic(body), encode(body))


def moment(at: datetime) -> str:
    """Write a moment as the book does: UTC, whole seconds."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _topic(body: Body) -> str | None:
    family = _TOPICS.get(body.kind.family, "case")
    return f"{family}:{body.subjects[family]}" if family in body.subjects else None


def _plain(value: JSON) -> JSON:
    """Turn enumeration members, which are strings too, into the strings they stand for."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value
