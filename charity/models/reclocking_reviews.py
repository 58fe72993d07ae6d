"""Statements that move the clocks of reviews and cases when the pause calendar of their region changed; no commit."""

from typing import Any

from sqlalchemy import and_, or_, select, update

from charity.adapters.db import Tx
from charity.domain.clocks import ClockName, get_clock
from charity.domain.kinds import Kind
from charity.domain.running import Running, started
from charity.models.cases import Case
from charity.models.moving import clock_values
from charity.models.pausing import list_pauses
from charity.models.pledges import Pledge
from charity.models.wishes import Wish

_REVIEWS = (ClockName.REVIEW.value, ClockName.SECOND_REVIEW.value)
_CASES = (ClockName.RULING.value, ClockName.APPEAL.value)


def reclock_reviews(tx: Tx, region: str) -> int:
    """Write the review deadlines of a region's wishes anew; gives how many moved."""
    rows = tx.session.execute(
        select(Wish.id, Wish.kind, Wish.clock, Wish.clock_started_at, Wish.act_by, Wish.region_code).where(
            Wish.region_code.startswith(region, autoescape=True),
            Wish.clock.in_(_REVIEWS),
            Wish.clock_started_at.is_not(None),
        )
    ).all()
    moved = 0
    for row in rows:
        running = _seen_anew(tx, row, row.kind, row.region_code)
        if running.due != row.act_by:
            values = clock_values(running)
            tx.session.execute(update(Wish).where(Wish.id == row.id, Wish.clock == row.clock).values(values))
            moved += 1
    return moved


def reclock_cases(tx: Tx, region: str) -> int:
    """Write the deadlines of rulings and appeals about a region anew; gives how many moved."""
    rows = tx.session.execute(
        select(
            Case.id,
            Case.clock,
            Case.clock_started_at,
            Case.act_by,
            Case.region_code,
            Pledge.kind,
            Pledge.region_code.label("pledge_region"),
        )
        .outerjoin(Pledge, Pledge.id == Case.pledge_id)
        .where(
            Case.clock.in_(_CASES),
            Case.clock_started_at.is_not(None),
            or_(
                Pledge.region_code.startswith(region, autoescape=True),
                and_(Case.pledge_id.is_(None), Case.region_code.startswith(region, autoescape=True)),
            ),
        )
    ).all()
    moved = 0
    for row in rows:
        running = _seen_anew(tx, row, row.kind or Kind.GOODS.value, row.pledge_region or row.region_code)
        if running.due != row.act_by:
            values = clock_values(running)
            tx.session.execute(update(Case).where(Case.id == row.id, Case.clock == row.clock).values(values))
            moved += 1
    return moved


def _seen_anew(tx: Tx, row: Any, kind: str, region: str) -> Running:
    clock = get_clock(ClockName(row.clock), Kind(kind))
    pauses = list_pauses(tx.session, region, since=row.clock_started_at) if region else ()
    return started(clock, row.clock_started_at, pauses, now=tx.now)
