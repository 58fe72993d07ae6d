"""Checking checkpoints: the stored ones, and one that somebody kept outside."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.adapters.signing import Keyring, Verifier
from charity.domain.notes import BadNote, Checkpoint, parse_checkpoint, parse_note
from charity.ledger.verifying.differences import Differs, short
from charity.models.ledger import HEADS


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head that the recomputed tree must show at its size."""

    place: str
    size: int
    root: bytes


def read_note(text: str, place: str, keys: Verifier | Keyring) -> Checkpoint:
    """Read a checkpoint's note; it must be ours."""
    try:
        note = parse_note(text)
        checkpoint = parse_checkpoint(note.text)
    except BadNote as error:
        raise Differs("checkpoint-unreadable", place, "a signed checkpoint", error) from error
    if not keys.accepts(checkpoint.origin, note):
        raise Differs("checkpoint-not-ours", place, f"the signature of {keys.text}", "another or a bad one")
    return checkpoint


def given_head(text: str, keys: Verifier | Keyring) -> Head:
    """Read a checkpoint that somebody kept outside."""
    checkpoint = read_note(text, "the given checkpoint", keys)
    return Head("the given checkpoint", checkpoint.size, checkpoint.root)


def list_heads(session: Session, first: int, last: int, keys: Verifier | Keyring) -> list[Head]:
    """List the stored checkpoints from one size to another, each checked against its own note."""
    rows = session.execute(
        select(HEADS.c.size, HEADS.c.root, HEADS.c.note).where(HEADS.c.size >= first, HEADS.c.size <= last)
    )
    return [_head(row.size, bytes(row.root), row.note, keys) for row in rows]


def _head(size: int, root: bytes, note: str, keys: Verifier | Keyring) -> Head:
    place = f"checkpoint {size}"
    signed = read_note(note, place, keys)
    if (signed.size, signed.root) != (size, root):
        raise Differs("checkpoint-column", place, f"{signed.size} {short(signed.root)}", f"{size} {short(root)}")
    return Head(place, size, root)


def check_head(head: Head, root: bytes) -> None:
    """Hold a tree head against the recomputed root of its size."""
    if head.root != root:
        raise Differs("checkpoint-contradicted", head.place, f"root {short(head.root)}", short(root))
