"""A wish's public words, held against the salted digests of the entry that last told them while its salts are kept."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.domain.entries import Body
from charity.ledger.texts import text_digest
from charity.ledger.verifying.differences import Differs, short
from charity.models.ledger import ENTRIES, SALTS
from charity.models.wishes import Wish

WORDS: Final = ("title", "details")
Salts = Mapping[tuple[int, str], bytes]


@dataclass(slots=True)
class Words:
    """Which entry last told the words of a wish, and their digests there."""

    entry: int | None = None
    digests: Mapping[str, str] = field(default_factory=dict[str, str])

    def tell(self, entry_id: int, body: Body) -> None:
        """Take in the next entry; one without a title tells no words."""
        if body.kind.family == "wish" and "title" in body.texts:
            self.entry, self.digests = entry_id, body.texts


def list_words(session: Session, after: str, last: str) -> dict[str, dict[str, str]]:
    """Give the words of the wishes in a range, as their rows have them."""
    rows = session.execute(select(Wish.ref, Wish.title, Wish.details).where(Wish.ref > after, Wish.ref <= last))
    return {row.ref: {"title": row.title, "details": row.details} for row in rows}


def list_salts(session: Session, after: str, last: str) -> Salts:
    """Give the salts that are kept for the words of the wishes in a range."""
    rows = session.execute(
        select(SALTS.c.entry_id, SALTS.c.name, SALTS.c.salt)
        .join(ENTRIES, ENTRIES.c.id == SALTS.c.entry_id)
        .where(ENTRIES.c.wish > after, ENTRIES.c.wish <= last, SALTS.c.name.in_(WORDS))
    )
    return {(row.entry_id, row.name): bytes(row.salt) for row in rows}


def compare_words(ref: str, told: Words, row: Mapping[str, str], salts: Salts) -> None:
    """Hold a wish's words against what the book knows of them; what was forgotten may differ."""
    if told.entry is None:
        return
    for name in WORDS:
        digest, salt = told.digests.get(name), salts.get((told.entry, name))
        place = f"wish {ref}, column {name}"
        if digest is None and row[name]:
            raise Differs("wish-differs", place, "no text", "another text")
        if digest is not None and salt is not None:
            found = text_digest(salt, row[name])
            if not hmac.compare_digest(digest, found):
                expected = short(bytes.fromhex(digest))
                raise Differs("wish-differs", place, f"digest {expected}", f"digest {short(bytes.fromhex(found))}")
