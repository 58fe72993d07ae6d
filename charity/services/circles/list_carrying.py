"""Opening the circles of an agreed list, some at a time: cut off anywhere, it goes on where it stopped."""

from collections.abc import Sequence

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.openings import OpeningAct, OpeningState, RowState
from charity.domain.sides import Side
from charity.models.acts import act
from charity.models.households import Household
from charity.models.opening_rows import list_waiting_rows, lock_households
from charity.models.openings import CircleOpening, OpeningRow
from charity.models.points import ServicePoint
from charity.models.sides import lock_accounts, record_sides
from charity.services.circles.list_ground import (
    Trouble,
    find_troubles,
    lock_list,
    move_list,
    promise_of,
    tell,
    terms_of,
)
from charity.services.circles.propose import make_circle, open_circle, write_proposal

CHUNK = 50  # families in one transaction


@act
def carry(tx: Tx, actor: Actor, ref: str, *, most: int = CHUNK) -> int:
    """Open the circles of a list's next families, each looked at again now; gives how many rows were done.

    A row is done once: its state changes in the transaction that opens its circle. The last call, without rows, says
    that the list is open.
    """
    del actor
    people = tx.session.execute(
        select(CircleOpening.submitted_by_id, CircleOpening.reviewer_id).where(CircleOpening.ref == ref)
    ).one_or_none()
    lock_accounts(tx, [one for one in people or () if one is not None])
    opening = lock_list(tx, ref)
    if OpeningState(opening.state) is not OpeningState.OPENING:
        return 0
    rows = list_waiting_rows(tx, opening.id, most)
    if not rows:
        _finish(tx, opening)
        return 0
    _open_rows(tx, opening, rows)
    return len(rows)


def _open_rows(tx: Tx, opening: CircleOpening, rows: Sequence[OpeningRow]) -> None:
    homes = lock_households(tx, [row.household_id for row in rows if row.household_id is not None])
    points = _points(tx, rows)
    acting = ((opening.submitted_by_id or 0, Side.FIELD), (opening.reviewer_id or 0, Side.TOWNSHIP))
    troubles = find_troubles(tx, list(homes.values()), promise_of(tx, opening), points, acting=acting)
    opened = [home for home in homes if home not in troubles]
    for account, side in acting:
        record_sides(tx, account, [f"h{home}" for home in opened], side)
    for row in rows:
        home = homes.get(row.household_id or 0)
        if home is None or home.id in troubles:
            _refuse(row, Trouble("household-unknown") if home is None else troubles[home.id])
        else:
            _open_one(tx, opening, row, home, points.get(home.id))
    tx.session.flush()


def _points(tx: Tx, rows: Sequence[OpeningRow]) -> dict[int, ServicePoint]:
    """Give the open service point of each family."""
    wanted = {row.point_id for row in rows if row.point_id is not None}
    still = select(ServicePoint).where(ServicePoint.id.in_(wanted), ServicePoint.closed_at.is_(None))
    there = {point.id: point for point in tx.session.scalars(still)}
    found = ((row.household_id, there.get(row.point_id or 0)) for row in rows)
    return {home: point for home, point in found if home is not None and point is not None}


def _refuse(row: OpeningRow, trouble: Trouble) -> None:
    row.state, row.reason, row.cell = RowState.REFUSED.value, trouble.code, trouble.cell.value


def _open_one(tx: Tx, opening: CircleOpening, row: OpeningRow, home: Household, point: ServicePoint | None) -> None:
    circle = make_circle(
        tx,
        home,
        promise_of(tx, opening),
        terms_of(opening),
        programme_id=opening.programme_id,
        point=point,
        by=opening.submitted_by_id or opening.staged_by_id,
    )
    write_proposal(tx, circle, promise_of(tx, opening))
    open_circle(tx, circle, reviewer_id=opening.reviewer_id or 0)
    row.state, row.circle_id = RowState.OPENED.value, circle.id


def _finish(tx: Tx, opening: CircleOpening) -> None:
    move_list(opening, OpeningAct.FINISH)
    opening.opened_at = tx.now
    tell(tx, opening, opening.submitted_by_id, "list-open")
