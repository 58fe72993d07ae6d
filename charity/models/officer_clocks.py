"""Statements about the clocks of questions about officers: starting one, and moving it when the pauses changed."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.officer_changes import OfficerTimes, reminder_of, times_of
from charity.models.organisation_changes import OfficerChange, OfficerClock
from charity.models.organisations import Organisation
from charity.models.pausing import list_pauses

OPEN = "open"


def start_officer_clock(tx: Tx, change: OfficerChange, region: str) -> OfficerClock:
    """Start the clock of a question, from the moment it was asked."""
    times = times_of(change.asked_at, list_pauses(tx.session, region, since=change.asked_at))
    clock = OfficerClock(change_id=change.id)
    _set(tx, clock, change, times)
    tx.session.add(clock)
    tx.session.flush()
    return clock


def reclock_officer_changes(tx: Tx, region: str) -> int:
    """Count the deadlines of questions about officers of a region's organisations anew; gives how many moved."""
    rows = tx.session.execute(
        select(OfficerClock, OfficerChange, Organisation.region_code)
        .join(OfficerChange, OfficerChange.id == OfficerClock.change_id)
        .join(Organisation, Organisation.id == OfficerChange.organisation_id)
        .where(OfficerChange.state == OPEN, Organisation.region_code.startswith(region, autoescape=True))
        .order_by(OfficerChange.id)
        .with_for_update(of=OfficerClock)
    ).all()
    moved = 0
    for clock, change, where in rows:
        times = times_of(change.asked_at, list_pauses(tx.session, where, since=change.asked_at))
        if times != OfficerTimes(clock.act_by, clock.ends_at):
            _set(tx, clock, change, times)
            moved += 1
    tx.session.flush()
    return moved


def _set(tx: Tx, clock: OfficerClock, change: OfficerChange, times: OfficerTimes) -> None:
    clock.act_by, clock.ends_at = times.act_by, times.ends_at
    clock.remind_at = reminder_of(change.asked_at, times, now=tx.now)
