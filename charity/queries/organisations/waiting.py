"""Open questions about who speaks for an organisation: which are due, and how many wait where."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from charity.adapters.db import end_reading, reading
from charity.models.officer_clocks import OPEN
from charity.models.organisation_changes import OfficerChange, OfficerClock
from charity.models.organisations import Organisation
from charity.queries.scopes import within


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What an organisation asked its office about its officers: how many wait, and until when the first."""

    count: int
    act_by: datetime | None
    is_overdue: bool


def list_changes_to_turn(now: datetime, limit: int) -> list[str]:
    """List questions of which the office is to be reminded, that are late, that end, or whose clock never started."""
    no_clock = OfficerClock.change_id.is_(None)
    return _refs(or_(no_clock, OfficerClock.remind_at <= now, _is_due(now)), limit)


def list_changes_due(now: datetime, limit: int) -> list[str]:
    """List questions whose deadline has passed and about which nothing was done yet."""
    return _refs(_is_due(now), limit)


def _is_due(now: datetime) -> ColumnElement[bool]:
    late = and_(OfficerClock.act_by <= now, OfficerClock.overdue_at.is_(None))
    return or_(late, OfficerClock.ends_at <= now)


def _refs(which: ColumnElement[bool], limit: int) -> list[str]:
    open_ones = select(OfficerChange.ref).outerjoin(OfficerClock, OfficerClock.change_id == OfficerChange.id)
    found = open_ones.where(OfficerChange.state == OPEN, which).order_by(OfficerChange.id).limit(limit)
    refs = list(reading().scalars(found))
    end_reading()
    return refs


def find_questions(organisations: Collection[int], now: datetime) -> dict[int, Questions]:
    """Give what waits about each of some organisations; those about which nothing waits are left out."""
    rows = reading().execute(
        select(OfficerChange.organisation_id, func.count(), func.min(OfficerClock.act_by))
        .outerjoin(OfficerClock, OfficerClock.change_id == OfficerChange.id)
        .where(OfficerChange.state == OPEN, OfficerChange.organisation_id.in_(organisations))
        .group_by(OfficerChange.organisation_id)
    )
    return {number: _questions(count, act_by, now) for number, count, act_by in rows}


def _questions(count: int, act_by: datetime | None, now: datetime) -> Questions:
    return Questions(count=count, act_by=act_by, is_overdue=act_by is not None and act_by < now)


def count_questions(regions: tuple[str, ...], now: datetime) -> tuple[int, int, datetime | None]:
    """Count the questions that wait in some regions, those of them that are late, and since when the oldest waits."""
    count, late, oldest = (
        reading()
        .execute(
            select(
                func.count(),
                func.sum(case((OfficerClock.act_by < now, 1), else_=0)),
                func.min(OfficerChange.asked_at),
            )
            .join(Organisation, Organisation.id == OfficerChange.organisation_id)
            .outerjoin(OfficerClock, OfficerClock.change_id == OfficerChange.id)
            .where(OfficerChange.state == OPEN, within(Organisation.region_code, regions))
        )
        .one()
    )
    return count, int(late or 0), oldest
