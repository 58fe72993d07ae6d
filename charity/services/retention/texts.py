"""Forgetting what the book told in words: its digests say nothing any more, its proofs hold."""

from sqlalchemy import ColumnElement, select

from charity.adapters.db import Tx
from charity.domain.entries import EntryKind
from charity.domain.retention import TEXTS_OF_DOUBLES, Texts
from charity.ledger.canonical import decode
from charity.ledger.texts import forget_texts
from charity.models.ledger import Entry


def forget_told(tx: Tx, about: ColumnElement[bool], texts: Texts) -> None:
    """Delete the salts of these words, and of no others, in the entries about something."""
    kinds = [kind.value for kind in texts]
    found = tx.session.execute(select(Entry.id, Entry.kind).where(about, Entry.kind.in_(kinds))).all()
    for names in set(texts.values()):
        ids = [row.id for row in found if names == texts[EntryKind(row.kind)]]
        if ids:
            forget_texts(tx, ids, names=names)


def forget_told_of_doubles(tx: Tx, refs: set[str]) -> None:
    """Delete the salts of why likenesses were kept and decided; older entries name theirs in the body alone."""
    if not refs:
        return
    topics = {f"double:{ref}" for ref in refs}
    found = set(tx.session.scalars(select(Entry.topic).where(Entry.topic.in_(topics))))
    about = Entry.topic.in_(topics)
    if found != topics:
        older = select(Entry.id, Entry.body).where(Entry.kind == EntryKind.DOUBLE_CLEARED.value, Entry.topic.is_(None))
        rows = tx.session.execute(older)
        about |= Entry.id.in_([row.id for row in rows if decode(bytes(row.body)).subjects["double"] in refs])
    forget_told(tx, about, TEXTS_OF_DOUBLES)
