"""What the clock does to a question about an officer: it reminds the office, says when it is late, and ends it."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import local
from charity.domain.errors import Missing
from charity.domain.officer_changes import OfficerTimes, reminder_of
from charity.models.acts import act
from charity.models.officer_clocks import OPEN, start_officer_clock
from charity.models.organisation_changes import OfficerChange, OfficerClock
from charity.models.organisations import Organisation
from charity.models.outbox import notify
from charity.services.organisations.ground import tell_office


@act
def due(tx: Tx, actor: Actor, ref: str) -> bool:
    """Do what a question's clock asks for now; False when somebody decided meanwhile, or nothing is due."""
    del actor
    row, change = _lock(tx, ref)
    if change.state != OPEN:
        return False
    clock = tx.session.get(OfficerClock, change.id) or start_officer_clock(tx, change, row.region_code)
    if clock.ends_at <= tx.now:
        return _expire(tx, row, change, clock)
    if clock.act_by <= tx.now and clock.overdue_at is None:
        clock.overdue_at, clock.remind_at = tx.now, None
        tell_office(tx, row, "officer-change-overdue", but=_concerned(change))
        return True
    return _remind(tx, row, change, clock)


def end_questions(tx: Tx, row: Organisation) -> None:
    """End what was asked about the officers of an organisation that has ended."""
    theirs = select(OfficerChange).where(OfficerChange.organisation_id == row.id, OfficerChange.state == OPEN)
    for change in tx.session.scalars(theirs.order_by(OfficerChange.id)).all():
        change.state, change.decided_at = "withdrawn", tx.now
        tx.session.flush()


def _lock(tx: Tx, ref: str) -> tuple[Organisation, OfficerChange]:
    """Lock the organisation, then its question, as whoever decides does."""
    whose = select(OfficerChange.organisation_id).where(OfficerChange.ref == ref)
    number = tx.session.execute(whose).scalar_one_or_none()
    if number is None:
        raise Missing
    mine = select(Organisation).where(Organisation.id == number).with_for_update()
    row = tx.session.scalars(mine.execution_options(populate_existing=True)).one()
    asked = select(OfficerChange).where(OfficerChange.ref == ref).execution_options(populate_existing=True)
    return row, tx.session.scalars(asked).one()


def _remind(tx: Tx, row: Organisation, change: OfficerChange, clock: OfficerClock) -> bool:
    if clock.remind_at is None or clock.remind_at > tx.now:
        return False
    until = f"{local(clock.act_by):%Y-%m-%d %H:%M}"
    tell_office(tx, row, "officer-change-soon", but=_concerned(change), more={"until": until})
    clock.remind_at = reminder_of(change.asked_at, OfficerTimes(clock.act_by, clock.ends_at), now=tx.now)
    return True


def _expire(tx: Tx, row: Organisation, change: OfficerChange, clock: OfficerClock) -> bool:
    """End it unanswered: everything stays as it is, and whoever asked may ask again."""
    clock.expired_at, clock.remind_at = tx.now, None
    change.state, change.decided_at = "withdrawn", tx.now
    tx.session.flush()
    params = {"organisation": row.ref, "name": row.name}
    notify(tx, account_id=change.asked_by_id, kind="officer-change-expired", params=params)
    return True


def _concerned(change: OfficerChange) -> set[int]:
    return {change.asked_by_id, change.account_id}
