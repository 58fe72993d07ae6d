"""Statements that move the clocks of wishes, cases and checks of codes when the pauses of their region changed."""

from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import and_, or_, select, update

from charity.adapters.db import Tx
from charity.domain.calendar import day_of, day_start
from charity.domain.clocks import ClockName, get_clock
from charity.domain.durations import Pause, due_at, next_notice
from charity.domain.kinds import Kind
from charity.domain.running import Running, started
from charity.domain.sides import CHECK_WITHIN
from charity.domain.wishes import RENEWAL, stale_at
from charity.models.cases import Case
from charity.models.moving import clock_values
from charity.models.pausing import list_pauses
from charity.models.pledges import CodeCheck, Pledge
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


def reclock_renewals(tx: Tx, region: str) -> int:
    """Write anew when a region's approved wishes go stale; gives how many moved."""
    rows = tx.session.execute(
        select(Wish.id, Wish.clock_started_at, Wish.act_by, Wish.region_code, Wish.season_on).where(
            Wish.region_code.startswith(region, autoescape=True),
            Wish.clock == RENEWAL,
            Wish.clock_started_at.is_not(None),
        )
    ).all()
    pauses_of = cache(partial(_pauses_of, tx))
    moved = 0
    for row in rows:
        since = row.clock_started_at
        due = stale_at(since, row.season_on, pauses=pauses_of(row.region_code, day_start(day_of(since))))
        if due != row.act_by:
            values = {"act_by": due, "remind_at": next_notice(since, due, after=tx.now)}
            tx.session.execute(update(Wish).where(Wish.id == row.id, Wish.clock == RENEWAL).values(values))
            moved += 1
    return moved


def reclock_checks(tx: Tx, region: str) -> int:
    """Write the deadlines of a region's open checks of codes anew; gives how many moved."""
    rows = tx.session.execute(
        select(CodeCheck.id, CodeCheck.due_at, Pledge.confirmed_at, Pledge.region_code)
        .join(Pledge, Pledge.id == CodeCheck.pledge_id)
        .where(
            Pledge.region_code.startswith(region, autoescape=True),
            Pledge.confirmed_at.is_not(None),
            CodeCheck.checked_at.is_(None),
        )
    ).all()
    moved = 0
    for row in rows:
        pauses = list_pauses(tx.session, row.region_code, since=row.confirmed_at)
        due = due_at(row.confirmed_at, CHECK_WITHIN, pauses)
        if due != row.due_at:
            tx.session.execute(
                update(CodeCheck).where(CodeCheck.id == row.id, CodeCheck.checked_at.is_(None)).values(due_at=due)
            )
            moved += 1
    return moved


def _pauses_of(tx: Tx, region: str, since: datetime) -> tuple[Pause, ...]:
    return list_pauses(tx.session, region, since=since)


def _seen_anew(tx: Tx, row: Any, kind: str, region: str) -> Running:
    clock = get_clock(ClockName(row.clock), Kind(kind))
    pauses = list_pauses(tx.session, region, since=row.clock_started_at) if region else ()
    return started(clock, row.clock_started_at, pauses, now=tx.now)
