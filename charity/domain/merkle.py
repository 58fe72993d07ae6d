"""The arithmetic of an append-only Merkle tree (RFC 6962, section 2): hashes, roots and proofs.

Only *complete* subtrees have stored nodes. The node at ``(level, place)`` covers the leaves from ``place << level`` to
``(place + 1) << level``; level 0 are the leaves' own hashes. A complete subtree never changes again, which is what lets
the store refuse every update, and what lets a tree of any size grow from the few peaks at its right edge.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

EMPTY_ROOT = sha256(b"").digest()


class Node(NamedTuple):
    """The place of one complete subtree."""

    level: int
    place: int


class Span(NamedTuple):
    """The leaves from ``start`` up to, not including, ``end``: one piece of a proof."""

    start: int
    end: int


Hashes = Mapping[Node, bytes]


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them."""
    return sha256(b"\x01" + left + right).digest()


def nodes_of(span: Span) -> list[Node]:
    """List, left to right, the complete subtrees which together are the subtree over a span of a proof."""
    nodes: list[Node] = []
    at, length = span
    length -= span.start
    for level in range(length.bit_length() - 1, -1, -1):
        if length >> level & 1:
            nodes.append(Node(level, at >> level))
            at += 1 << level
    return nodes


def peaks(size: int) -> list[Node]:
    """List, left to right, the complete subtrees of a tree: all that is needed to grow it or to know its root."""
    return nodes_of(Span(0, size))


def root(hashes: Sequence[bytes]) -> bytes:
    """Fold the hashes of complete subtrees, left to right, into the hash above them all."""
    if not hashes:
        return EMPTY_ROOT
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


@dataclass(slots=True)
class Frontier:
    """The right edge of a tree: its size and the hashes of its peaks."""

    size: int
    hashes: list[bytes]

    def __post_init__(self) -> None:
        """Refuse an edge which cannot belong to a tree of this size."""
        if len(self.hashes) != self.size.bit_count():
            raise ValueError("a tree has one peak for each bit of its size")

    def add(self, leaf: bytes) -> Iterator[tuple[Node, bytes]]:
        """Add one leaf's hash, and yield each subtree it completes, the leaf itself first."""
        node, folded = Node(0, self.size), leaf
        yield node, folded
        while node.place & 1:
            node, folded = Node(node.level + 1, node.place >> 1), node_hash(self.hashes.pop(), folded)
            yield node, folded
        self.hashes.append(folded)
        self.size += 1

    def grow(self, leaves: Iterable[bytes]) -> dict[Node, bytes]:
        """Add many leaves' hashes, and return every subtree they complete."""
        return {node: folded for leaf in leaves for node, folded in self.add(leaf)}

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        return root(self.hashes)


def _split(span: Span) -> int:
    """Return where RFC 6962 cuts a span in two: after the largest power of two smaller than its length."""
    length = span.end - span.start
    return span.start + (1 << ((length - 1).bit_length() - 1))


def inclusion_spans(index: int, size: int) -> list[Span]:
    """List the pieces of the proof that leaf ``index`` is in the tree of ``size`` leaves, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    spans: list[Span] = []
    span = Span(0, size)
    while span.end - span.start > 1:
        cut = _split(span)
        left, right = Span(span.start, cut), Span(cut, span.end)
        span, beside = (left, right) if index < cut else (right, left)
        spans.append(beside)
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """List the pieces of the proof that the tree of ``old`` leaves is the beginning of the tree of ``new`` leaves."""
    if not 0 < old <= new:
        raise ValueError("no such pair of trees")
    spans: list[Span] = []
    span, known = Span(0, new), True
    while old != span.end:
        cut = _split(span)
        left, right = Span(span.start, cut), Span(cut, span.end)
        if old <= cut:
            span, beside = left, right
        else:
            span, beside, known = right, left, False
        spans.append(beside)
    if not known:
        spans.append(span)
    return spans[::-1]


def nodes_for(spans: Iterable[Span]) -> list[Node]:
    """List the stored subtrees a proof is made of, so that they can be fetched at once."""
    return [node for span in spans for node in nodes_of(span)]


def proof(spans: Iterable[Span], hashes: Hashes) -> list[bytes]:
    """Make a proof from its pieces and the stored subtrees."""
    return [root([hashes[node] for node in nodes_of(span)]) for span in spans]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Tell whether a proof shows that a leaf's hash stands at ``index`` in the tree with this root."""
    if not 0 <= index < size:
        return False
    spans = inclusion_spans(index, size)
    if len(spans) != len(path):
        return False
    folded = leaf
    for span, beside in zip(spans, path, strict=True):
        folded = node_hash(beside, folded) if span.start < index else node_hash(folded, beside)
    return folded == expected_root


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the older tree is the beginning of the newer one."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if not 0 < old < new:
        return False
    spans = consistency_spans(old, new)
    # When the older tree is one complete subtree, its root is not repeated in the proof.
    pieces = list(path) if spans[0].end == old else [old_root, *path]
    if spans[0].end != old:
        spans = [Span(0, old), *spans]
    if len(pieces) != len(spans):
        return False
    older = newer = pieces[0]
    for span, beside in zip(spans[1:], pieces[1:], strict=True):
        if span.start < old:
            older, newer = node_hash(beside, older), node_hash(beside, newer)
        else:
            newer = node_hash(newer, beside)
    return older == old_root and newer == new_root
