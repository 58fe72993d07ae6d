"""Giving committed entries their leaves: in batches, one sequencer at a time; nothing is lost if it dies half-way."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from charity.adapters.db import Tx
from charity.domain.merkle import Node, leaf_hash
from charity.ledger.tree import count_leaves, get_frontier
from charity.models.ledger import ENTRIES, LEAVES, NODES, QUEUE

BATCH = 1_000
# Any fixed number that no other use of the database's advisory locks shares
_TURN = 6_962_001


def sequence(tx: Tx, *, batch: int = BATCH) -> int:
    """Give up to a batch of waiting entries their leaves and tell how many; what waits was committed, however late."""
    take_turn(tx)
    waiting = tx.session.execute(
        select(ENTRIES.c.id, ENTRIES.c.body)
        .join(QUEUE, QUEUE.c.entry_id == ENTRIES.c.id)
        .order_by(QUEUE.c.entry_id)
        .limit(batch)
    ).all()
    if waiting:
        _add_leaves(tx, [(row.id, leaf_hash(bytes(row.body))) for row in waiting])
        tx.session.execute(delete(QUEUE).where(QUEUE.c.entry_id.in_([row.id for row in waiting])))
    return len(waiting)


def has_waiting(session: Session) -> bool:
    """Tell whether any entry waits for its leaf."""
    return session.execute(select(QUEUE.c.entry_id).limit(1)).first() is not None


def take_turn(tx: Tx) -> None:
    """Wait until no other transaction numbers leaves or signs heads; SQLite has one writer anyway."""
    tx.take_turn(_TURN)


def _add_leaves(tx: Tx, hashed: Sequence[tuple[int, bytes]]) -> None:
    first = count_leaves(tx.session)
    edge = get_frontier(tx.session, first)
    grown = edge.grow(leaf for _id, leaf in hashed)
    tx.session.execute(
        insert(LEAVES),
        [
            {"number": first + place, "entry_id": entry_id, "hash": leaf}
            for place, (entry_id, leaf) in enumerate(hashed)
        ],
    )
    _add_nodes(tx, {node: folded for node, folded in grown.items() if node.level > 0})


def _add_nodes(tx: Tx, nodes: dict[Node, bytes]) -> None:
    if nodes:
        rows = [{"level": node.level, "place": node.place, "hash": folded} for node, folded in nodes.items()]
        tx.session.execute(insert(NODES), rows)
