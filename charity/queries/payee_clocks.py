"""Accounts of families whose clocks want something done, or were never started."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from charity.adapters.db import end_reading, reading
from charity.domain.payees import PayeeState, Wait
from charity.models.households import Household
from charity.models.payee_rows import is_to_tell
from charity.models.payees import Payee, PayeeClock
from charity.models.pooling import is_told_by_village


def list_payees_to_turn(now: datetime, limit: int) -> list[str]:
    """List accounts about which somebody is to be asked, reminded, or told that it is late."""
    return _refs(now, limit, or_(PayeeClock.remind_at <= now, _is_late(now)), has_none=True)


def list_payees_due(now: datetime, limit: int) -> list[str]:
    """List accounts about which a deadline has passed and nothing was done yet."""
    return _refs(now, limit, _is_late(now), has_none=False)


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(PayeeClock.act_by <= now, PayeeClock.overdue_at.is_(None))


def _refs(now: datetime, limit: int, asks: ColumnElement[bool], *, has_none: bool) -> list[str]:
    def found(wait: Wait, waits: ColumnElement[bool]) -> ColumnElement[bool]:
        own = (PayeeClock.payee_id == Payee.id, PayeeClock.wait == wait.value)
        due = exists().where(*own, asks)
        return and_(waits, or_(due, ~exists().where(*own)) if has_none else due)

    is_waiting, by_village = Payee.state == PayeeState.WAITING.value, is_told_by_village(now)
    untold = or_(
        found(Wait.VILLAGE, and_(is_to_tell(), by_village)), found(Wait.COUNTY, and_(is_to_tell(), ~by_village))
    )
    rows = reading().scalars(
        select(Payee.ref)
        .join(Household, Household.id == Payee.household_id)
        .where(Household.closed_at.is_(None), or_(found(Wait.SECOND, is_waiting), untold))
        .order_by(Payee.id)
        .limit(limit)
    )
    refs = list(rows)
    end_reading()
    return refs
