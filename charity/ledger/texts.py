"""Texts and evidence of entries: the book holds salted digests only, and forgets a text when its salt is deleted."""

import hashlib
import hmac
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from charity.adapters.db import Tx
from charity.domain.entries import NotAnEntry
from charity.ledger.canonical import decode
from charity.models.ledger import ENTRIES, HASH_LENGTH, SALTS

SALT_LENGTH = HASH_LENGTH


def text_digest(salt: bytes, text: str) -> str:
    """Digest a text under its own salt (HMAC-SHA256): without the salt nobody can try what the text was."""
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


def is_text_of(session: Session, entry_id: int, name: str, text: str) -> bool:
    """Tell whether this is the very text an entry recorded; false, too, when it was forgotten."""
    row = session.execute(
        select(ENTRIES.c.body, SALTS.c.salt)
        .join(SALTS, SALTS.c.entry_id == ENTRIES.c.id)
        .where(ENTRIES.c.id == entry_id, SALTS.c.name == name)
    ).one_or_none()
    if row is None:
        return False
    recorded = decode(row.body).texts.get(name)
    if recorded is None:
        raise NotAnEntry("a salt without its digest")
    return hmac.compare_digest(recorded, text_digest(row.salt, text))


def forget_texts(tx: Tx, entry_ids: list[int], *, names: Collection[str] = ()) -> int:
    """Forget the texts of entries (or those of some names) by deleting their salts, and tell how many.

    Every proof stays whole.
    """
    salts = delete(SALTS).where(SALTS.c.entry_id.in_(entry_ids))
    if names:
        salts = salts.where(SALTS.c.name.in_(names))
    return len(tx.session.execute(salts.returning(SALTS.c.name)).all())
