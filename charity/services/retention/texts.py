"""Forgetting what the book told in words: its digests say nothing any more, its proofs hold."""

from sqlalchemy import ColumnElement, select

from charity.adapters.db import Tx
from charity.domain.entries import EntryKind
from charity.domain.retention import Texts
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
