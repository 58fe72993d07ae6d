"""Stopping a list that is being applied: what came in stays, and what did not is left out and says so."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.county_lists import ListAct, ListState, NeedState, RowState
from charity.models.acts import act
from charity.models.county_list_rows import change_rows, list_rows
from charity.services.register.lists.ground import get_at_work, get_list, move_list

CHUNK = 1_000
_STOPPED = "list-stopped"


@act
def stop(tx: Tx, actor: Actor, ref: str) -> None:
    """Let nothing more of a list come in; it can be undone afterwards like any that came in."""
    move_list(get_list(tx, actor, ref), ListAct.STOP)


@act
def carry(tx: Tx, actor: Actor, ref: str) -> int:
    """Leave out the next rows of a list that is being stopped; gives how many, at last none."""
    del actor
    brought = get_at_work(tx, ref, ListState.STOPPING)
    if brought is None:
        return 0
    waiting = list_rows(tx, brought.id, RowState.READY, CHUNK)
    held = {"state": RowState.HELD.value, "need_state": NeedState.NONE.value, "reason": _STOPPED}
    change_rows(tx, [{"id": row.id} | held for row in waiting])
    if waiting:
        return len(waiting)
    needs = list_rows(tx, brought.id, RowState.TAKEN, CHUNK, need=NeedState.READY)
    change_rows(tx, [{"id": row.id, "need_state": NeedState.REFUSED.value, "reason": _STOPPED} for row in needs])
    return len(needs)
