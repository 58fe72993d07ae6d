"""Keeping what was served and seen of the wall: numbers of wishes, and for a day keyed digests of who looked."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from charity.adapters.crypto import digest, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.matching import PARTS
from charity.domain.ranking import short, stated_place
from charity.domain.retention import Record
from charity.domain.served import Glimpse, Served, pack, wishes_of, write_stated
from charity.models.acts import act
from charity.models.ranking import (
    Waiting,
    add_impressions,
    add_lists,
    add_looks,
    add_views,
    forget_lists,
    forget_readers,
    list_waiting,
    mark_counted,
)
from charity.models.retention import kept_until, note_forgotten

PIECE = 5_000
READERS_KEPT = timedelta(days=1)


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
def count_seen(tx: Tx, _actor: Actor, list_ref: str, places: Iterable[int], *, reader: int) -> None:
    """Count cards that were on screen, each once for its list."""
    add_impressions(tx, [Glimpse(list_ref, place, PARTS, reader) for place in sorted(set(places))])


@act
def sum_up(tx: Tx, _actor: Actor) -> int:
    """Add waiting impressions to what has been seen of their wishes; gives how many there were.

    A reader counts once for a wish in an hour, so that nobody moves a wish by fetching many lists.
    """
    waiting = list_waiting(tx, PIECE)
    seen = _by_wish(waiting)
    looks = {_look(wish, each.reader): (wish, each.parts) for wish, each in seen if each.reader is not None}
    sums: Counter[int] = Counter()
    for look in add_looks(tx, looks):
        wish, parts = looks[look]
        sums[wish] += parts
    for wish, each in seen:
        sums[wish] += each.parts if each.reader is None else 0
    add_views(tx, sums)
    mark_counted(tx, waiting)
    return len(waiting)


def _by_wish(waiting: Sequence[Waiting]) -> list[tuple[int, Waiting]]:
    known: dict[str, tuple[int, ...]] = {}
    found: list[tuple[int, Waiting]] = []
    for each in waiting:
        wishes = known.get(each.list_ref) or wishes_of(each.wishes)
        known[each.list_ref] = wishes
        if each.place < len(wishes):
            found.append((wishes[each.place], each))
    return found


def _look(wish: int, reader: int | None) -> int:
    """Name that a reader of an hour saw a wish; two wishes of one reader have nothing in common."""
    return short(digest("look", f"{reader}:{wish}"))


@act
def forget(tx: Tx, _actor: Actor, *, limit: int = PIECE) -> int:
    """Delete lists that are over their time, and what was noted of them; the sums stay. Readers go after a day."""
    forget_readers(tx, tx.now - READERS_KEPT)
    count = forget_lists(tx, kept_until(tx, Record.WALL_LISTS), limit)
    note_forgotten(tx, Record.WALL_LISTS, count)
    return count
