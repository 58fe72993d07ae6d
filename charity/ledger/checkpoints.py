"""Checkpoints: signed tree heads, each shown to continue the one before it, kept and published as C2SP notes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from charity.adapters.db import Tx
from charity.adapters.signing import Keyring, Signer
from charity.domain.merkle import EMPTY_ROOT, is_consistent
from charity.domain.notes import Checkpoint, Note, format_checkpoint, format_note, parse_checkpoint, parse_note
from charity.ledger.sequencing import take_turn
from charity.ledger.tree import count_leaves, prove_consistency
from charity.models.ledger import HEADS


class Inconsistent(Exception):
    """The stored tree does not continue the last signed checkpoint: nothing may be signed until somebody has looked."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint as it was signed."""

    size: int
    root: bytes
    note: str
    signed_at: datetime


def find_newest(session: Session) -> Signed | None:
    """Find the newest checkpoint, or None while there is none."""
    row = session.execute(
        select(HEADS.c.size, HEADS.c.root, HEADS.c.note, HEADS.c.signed_at).order_by(HEADS.c.size.desc()).limit(1)
    ).one_or_none()
    return None if row is None else Signed(row.size, bytes(row.root), row.note, row.signed_at)


def has_grown(session: Session) -> bool:
    """Tell whether the tree has leaves that no checkpoint covers."""
    newest = find_newest(session)
    return count_leaves(session) > (0 if newest is None else newest.size)


def newest_note(session: Session, signer: Signer, keys: Keyring) -> str:
    """Give the newest checkpoint's note; before the first, one over the empty tree, which is always the same.

    After a change of keys the last checkpoint of the key before carries the signature of the new one as well.
    """
    newest = find_newest(session)
    if newest is None:
        return write_note(signer, 0, EMPTY_ROOT)
    note = parse_note(newest.note)
    origin = parse_checkpoint(note.text).origin
    if origin != signer.name or signer.verifier.has_signed(note) or not keys.accepts(origin, note):
        return newest.note
    return format_note(Note(note.text, (*signer.sign(note.text).signatures, *note.signatures)))


def write_note(signer: Signer, size: int, root: bytes) -> str:
    """Sign a tree head."""
    return format_note(signer.sign(format_checkpoint(Checkpoint(signer.name, size, root))))


def sign_head(tx: Tx, signer: Signer) -> Signed:
    """Sign and keep the tree as it stands; the newest checkpoint itself when nothing was added since."""
    take_turn(tx)
    last, size = find_newest(tx.session), count_leaves(tx.session)
    if last is not None and last.size == size:
        return last
    root = _checked_root(tx.session, last, size)
    signed = Signed(size, root, write_note(signer, size, root), tx.now)
    tx.session.execute(insert(HEADS), {"size": size, "root": root, "note": signed.note, "signed_at": signed.signed_at})
    return signed


def _checked_root(session: Session, last: Signed | None, size: int) -> bytes:
    old = 0 if last is None else last.size
    if old > size:
        raise Inconsistent(f"the book had {old} leaves when it was last signed, and now has {size}")
    proof = prove_consistency(session, old, size)
    signed_root = EMPTY_ROOT if last is None else last.root
    if not is_consistent(old, size, signed_root, proof.new_root, proof.path):
        raise Inconsistent(f"the tree does not continue the checkpoint of {old} leaves")
    return proof.new_root
