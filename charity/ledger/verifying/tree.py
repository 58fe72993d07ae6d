"""Recomputing the tree from the entries' canonical bytes, page by page, and comparing every stored hash on the way."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Engine, and_, func, or_, select
from sqlalchemy.orm import Session

from charity.adapters.signing import Keyring, Verifier
from charity.domain.merkle import EMPTY_ROOT, Frontier, Node, leaf_hash
from charity.ledger.tree import count_leaves
from charity.ledger.verifying.differences import Differs, short
from charity.ledger.verifying.entries import COLUMNS, check_entry
from charity.ledger.verifying.heads import Head, check_head, list_heads
from charity.ledger.verifying.snapshots import snapshot
from charity.models.ledger import ENTRIES, HEADS, LEAVES, NODES

PAGE = 2_000


def recompute(engine: Engine, keys: Verifier | Keyring, given: Head | None) -> tuple[Frontier, int]:
    """Walk over all leaves, and give the recomputed right edge and how many checkpoints it agreed with."""
    edge = Frontier(0, [])
    with snapshot(engine) as session:
        size = count_leaves(session)
        _check_ends(session, size)
        agreed = _check_empty(list_heads(session, 0, 0, keys))
    if given is not None and given.size > size:
        raise Differs("checkpoint-ahead", given.place, f"at most {size} leaves", given.size)
    if given is not None and given.size == 0:
        check_head(given, EMPTY_ROOT)
    while edge.size < size:
        with snapshot(engine) as session:
            agreed += _walk(session, edge, min(edge.size + PAGE, size), keys, given)
    return edge, agreed


def _check_ends(session: Session, size: int) -> None:
    """Refuse nodes and checkpoints beyond the last leaf: something was taken away from the end."""
    signed = session.execute(select(func.max(HEADS.c.size))).scalar_one() or 0
    above = session.execute(select(NODES.c.level, func.max(NODES.c.place)).group_by(NODES.c.level))
    known = max([signed, *((place + 1) << level for level, place in above)])
    if known > size:
        raise Differs("leaves-missing", f"leaf {size}", f"{known} leaves, as the tree and its checkpoints say", size)


def _check_empty(heads: list[Head]) -> int:
    for head in heads:
        check_head(head, EMPTY_ROOT)
    return len(heads)


def _walk(session: Session, edge: Frontier, last: int, keys: Verifier | Keyring, given: Head | None) -> int:
    """Add the leaves up to a size to the edge, comparing everything on the way."""
    heads = list_heads(session, edge.size + 1, last, keys)
    due: defaultdict[int, list[Head]] = defaultdict(list)
    for head in (*heads, *([] if given is None else [given])):
        due[head.size].append(head)
    grown: dict[Node, bytes] = {}
    roots: dict[int, bytes] = {}
    for leaf in _leaves(session, edge.size, last):
        grown.update(edge.add(leaf))
        if edge.size in due:
            roots[edge.size] = edge.root()
    _check_nodes(session, {node: folded for node, folded in grown.items() if node.level > 0})
    for size, root in roots.items():
        for head in due[size]:
            check_head(head, root)
    return len(heads)


def _leaves(session: Session, first: int, last: int) -> Iterator[bytes]:
    """Give the hashes of the leaves from first to last, each checked against its entry and its number."""
    rows = session.execute(
        select(LEAVES.c.number, LEAVES.c.hash, LEAVES.c.entry_id, *COLUMNS)
        .join_from(LEAVES, ENTRIES, LEAVES.c.entry_id == ENTRIES.c.id, isouter=True)
        .where(LEAVES.c.number >= first, LEAVES.c.number < last)
        .order_by(LEAVES.c.number)
    ).all()
    for expected, row in zip(range(first, last), rows, strict=False):
        if row.number != expected:
            raise Differs("leaf-missing", f"leaf {expected}", "a leaf", f"leaf {row.number}")
        yield _checked_hash(row)
    if len(rows) < last - first:
        raise Differs("leaf-missing", f"leaf {first + len(rows)}", "a leaf", "none")


def _checked_hash(row: Any) -> bytes:
    check_entry(row, f"leaf {row.number}")
    stored, computed = bytes(row.hash), leaf_hash(bytes(row.body))
    if stored != computed:
        place = f"leaf {row.number} (entry {row.entry_id})"
        raise Differs("entry-changed", place, f"hash {short(stored)}", short(computed))
    return computed


def _check_nodes(session: Session, computed: Mapping[Node, bytes]) -> None:
    places: defaultdict[int, list[int]] = defaultdict(list)
    for node in computed:
        places[node.level].append(node.place)
    if not places:
        return
    within = [and_(NODES.c.level == level, NODES.c.place.between(min(at), max(at))) for level, at in places.items()]
    found = session.execute(select(NODES.c.level, NODES.c.place, NODES.c.hash).where(or_(*within)))
    stored = {Node(row.level, row.place): bytes(row.hash) for row in found}
    for node, folded in sorted(computed.items()):
        if stored.get(node) != folded:
            place = f"the node over leaves {node.place << node.level} to {((node.place + 1) << node.level) - 1}"
            raise Differs("tree-changed", place, short(folded), short(stored[node]) if node in stored else "none")
