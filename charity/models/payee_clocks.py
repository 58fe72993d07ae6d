"""Statements about the clocks of families' accounts: starting one, and moving it when the pauses changed."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from charity.adapters.db import Tx
from charity.domain.durations import due_at, next_notice
from charity.domain.payees import WITHIN, Wait
from charity.models.households import Household
from charity.models.pausing import list_pauses
from charity.models.payees import Payee, PayeeClock


def start_payee_clock(tx: Tx, payee_id: int, wait: Wait, region: str) -> PayeeClock:
    """Start the clock of something that an account waits for, now."""
    due = due_at(tx.now, WITHIN[wait], list_pauses(tx.session, region, since=tx.now))
    clock = PayeeClock(payee_id=payee_id, wait=wait.value, started_at=tx.now, act_by=due)
    clock.remind_at = next_notice(tx.now, due, after=tx.now)
    tx.session.add(clock)
    tx.session.flush()
    return clock


def is_too_late(wait: Wait) -> ColumnElement[bool]:
    """Give the condition that whoever an account waits for did not act in time."""
    late = aliased(PayeeClock)
    return exists().where(late.payee_id == Payee.id, late.wait == wait.value, late.overdue_at.is_not(None))


def reclock_payees(tx: Tx, region: str) -> int:
    """Count the deadlines about accounts of a region's families anew; gives how many moved."""
    rows = tx.session.execute(
        select(PayeeClock, Household.region_code)
        .join(Payee, Payee.id == PayeeClock.payee_id)
        .join(Household, Household.id == Payee.household_id)
        .where(PayeeClock.overdue_at.is_(None), Household.region_code.startswith(region, autoescape=True))
        .order_by(PayeeClock.payee_id, PayeeClock.wait)
        .with_for_update(of=PayeeClock)
    ).all()
    moved = 0
    for clock, where in rows:
        pauses = list_pauses(tx.session, where, since=clock.started_at)
        due = due_at(clock.started_at, WITHIN[Wait(clock.wait)], pauses)
        if due != clock.act_by:
            clock.act_by, clock.remind_at = due, next_notice(clock.started_at, due, after=tx.now)
            moved += 1
    tx.session.flush()
    return moved
