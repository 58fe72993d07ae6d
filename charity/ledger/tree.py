"""The stored tree: its size, its right edge, and proofs over it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session

from charity.domain import merkle
from charity.domain.merkle import Frontier, Node
from charity.models.ledger import LEAVES, NODES


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that one leaf stands in a tree of a size with a root."""

    number: int
    size: int
    leaf: bytes
    root: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """The proof that an older tree is the beginning of a newer one."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    path: tuple[bytes, ...]


def count_leaves(session: Session) -> int:
    """Tell how many leaves the book has; they are numbered from 0 without a gap."""
    newest = session.execute(select(func.max(LEAVES.c.number))).scalar_one()
    return 0 if newest is None else int(newest) + 1


def get_hashes(session: Session, nodes: Sequence[Node]) -> dict[Node, bytes]:
    """Get the hashes of complete subtrees, in one query; KeyError names one that the store has lost."""
    if not nodes:
        return {}
    leaves = [node.place for node in nodes if node.level == 0]
    above = [tuple(node) for node in nodes if node.level > 0]
    found = session.execute(
        select(literal(0).label("level"), LEAVES.c.number.label("place"), LEAVES.c.hash)
        .where(LEAVES.c.number.in_(leaves))
        .union_all(
            select(NODES.c.level, NODES.c.place, NODES.c.hash).where(tuple_(NODES.c.level, NODES.c.place).in_(above))
        )
    )
    hashes = {Node(row.level, row.place): bytes(row.hash) for row in found}
    return {node: hashes[node] for node in nodes}


def get_frontier(session: Session, size: int) -> Frontier:
    """Get the right edge of the tree as it was at a size."""
    peaks = merkle.peaks(size)
    hashes = get_hashes(session, peaks)
    return Frontier(size, [hashes[peak] for peak in peaks])


def prove_inclusion(session: Session, number: int, size: int) -> Inclusion:
    """Prove that a leaf stands in the tree of a size; ValueError when it cannot."""
    spans = merkle.inclusion_spans(number, size)
    leaf, peaks = Node(0, number), merkle.peaks(size)
    hashes = get_hashes(session, list(dict.fromkeys((leaf, *peaks, *merkle.nodes_for(spans)))))
    root = merkle.root([hashes[peak] for peak in peaks])
    return Inclusion(number, size, hashes[leaf], root, tuple(merkle.proof(spans, hashes)))


def prove_consistency(session: Session, old: int, new: int) -> Consistency:
    """Prove that the tree of an older size is the beginning of the tree of a newer one."""
    spans = merkle.consistency_spans(old, new) if old else []
    before, after = merkle.peaks(old), merkle.peaks(new)
    hashes = get_hashes(session, list(dict.fromkeys((*before, *after, *merkle.nodes_for(spans)))))
    old_root, new_root = (merkle.root([hashes[peak] for peak in peaks]) for peaks in (before, after))
    return Consistency(old, new, old_root, new_root, tuple(merkle.proof(spans, hashes)))
