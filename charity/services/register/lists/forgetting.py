"""Wiping what stood in lists: at once when one is given up, a month after it came in or was left alone; in pieces."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, and_, func, or_, select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.county_lists import AT_WORK, OVER, STUCK_DAYS, ListAct, ListState
from charity.domain.retention import Record
from charity.models.acts import act
from charity.models.county_lists import CountyList, CountyListRow
from charity.models.retention import kept_until, note_forgotten
from charity.services.register.lists.ground import move_list

PIECE: Final = 5_000  # in one statement
LISTS: Final = 5
_TOLD: Final = ("cells_sealed", "head_digest", "phone_digest", "person_digest", "id_digest")
S = ListState


def wipe_rows(tx: Tx, list_id: int, most: int) -> int:
    """Wipe the next rows of a list of which anything is left; gives how many."""
    row = CountyListRow
    left = or_(*(getattr(row, name).is_not(None) for name in _TOLD))
    some = select(row.id).where(row.list_id == list_id, left).limit(most)
    wiped = update(row).where(row.id.in_(some)).values(dict.fromkeys(_TOLD))
    done = tx.session.execute(wiped.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], done).rowcount


def wipe_headings(brought: CountyList) -> None:
    """Wipe a list's headings, in which a wrong file may name people."""
    brought.headings_sealed = b""


@act
def forget_old(tx: Tx, actor: Actor) -> int:
    """Wipe the next rows of lists that were given up, or came in, were left alone or stand still since long."""
    del actor
    last = func.coalesce(CountyList.ended_at, CountyList.applied_at, CountyList.checked_at, CountyList.brought_at)
    month = kept_until(tx, Record.LIST_ROWS)
    longer = month - timedelta(days=STUCK_DAYS)
    old = or_(
        CountyList.state == S.DROPPED.value,
        and_(CountyList.state.in_(_codes({*OVER, S.STAGED, S.CHECKED})), last < month),
        and_(CountyList.state.in_(_codes(AT_WORK)), last < longer),
    )
    lists = select(CountyList).where(CountyList.forgotten_at.is_(None), old).order_by(CountyList.id).limit(LISTS)
    wiped = 0
    for brought in tx.session.scalars(lists.with_for_update()).all():
        wiped += wipe_rows(tx, brought.id, PIECE - wiped)
        if wiped >= PIECE:
            break
        _end(tx, brought)
    note_forgotten(tx, Record.LIST_ROWS, wiped)
    return wiped


def _codes(states: Iterable[ListState]) -> list[str]:
    return [state.value for state in sorted(states)]


def _end(tx: Tx, brought: CountyList) -> None:
    """Note that nothing is kept of a list; one at which nobody came to an end is given up, or stopped."""
    wipe_headings(brought)
    brought.forgotten_at = tx.now
    if brought.state in _codes({S.STAGED, S.CLEARING, S.CHECKING, S.CHECKED}):
        move_list(brought, ListAct.DROP)
        brought.ended_at = tx.now
    elif brought.state == S.APPLYING.value:
        move_list(brought, ListAct.STOP)
