"""Keeping what was served and seen of the wall: only numbers of wishes, never who looked."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from charity.adapters.crypto import digest, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.matching import PARTS
from charity.domain.ranking import stated_place
from charity.domain.served import Glimpse, Served, pack, wishes_of, write_stated
from charity.models.acts import act
from charity.models.ranking import (
    add_impressions,
    add_lists,
    add_views,
    forget_lists,
    list_waiting,
    mark_counted,
)

PIECE = 5_000


@act
def keep(tx: Tx, _actor: Actor, lists: Sequence[Served], glimpses: Iterable[Glimpse] = ()) -> None:
    """Log lists, and what counts of them without a script."""
    add_lists(tx, [_row(each) for each in lists])
    add_impressions(tx, glimpses)


def _row(served: Served) -> dict[str, object]:
    stated = write_stated(served.stated)
    return {
        "ref": served.ref,
        "served_at": served.served_at,
        "rule": served.rule,
        "weights": served.weights,
        "built_at": served.built_at,
        "leaf": served.leaf,
        "beneath": served.beneath,
        "stated_digest": digest("stated", stated),
        "stated_sealed": seal(stated, place=stated_place(served.ref)),
        "wishes": pack(served),
    }


@act
def count_seen(tx: Tx, _actor: Actor, list_ref: str, places: Iterable[int]) -> None:
    """Count cards that were on screen, each once for its list."""
    add_impressions(tx, [Glimpse(list_ref, place, PARTS) for place in sorted(set(places))])


@act
def sum_up(tx: Tx, _actor: Actor) -> int:
    """Add waiting impressions to what has been seen of their wishes; gives how many there were."""
    waiting = list_waiting(tx, PIECE)
    known: dict[str, tuple[int, ...]] = {}
    sums: Counter[int] = Counter()
    for each in waiting:
        wishes = known.get(each.list_ref) or wishes_of(each.wishes)
        known[each.list_ref] = wishes
        if each.place < len(wishes):
            sums[wishes[each.place]] += each.parts
    add_views(tx, sums)
    mark_counted(tx, waiting)
    return len(waiting)


@act
def forget(tx: Tx, _actor: Actor, *, kept_days: int, limit: int = PIECE) -> int:
    """Delete lists older than the retention, and what was noted of them; the sums stay."""
    return forget_lists(tx, tx.now - timedelta(days=kept_days), limit)
