"""The pause calendar: adding days on which a region's clocks stand still, and taking them back."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.pauses import PauseReason, last_day_kept, may_pause
from charity.domain.permissions import may
from charity.models.acts import act
from charity.models.officer_clocks import reclock_officer_changes
from charity.models.pauses import Pause
from charity.models.payee_clocks import reclock_payees
from charity.models.reclocking import reclock_region
from charity.models.reclocking_intentions import reclock_intention_offers
from charity.models.reclocking_reviews import reclock_cases, reclock_checks, reclock_renewals, reclock_reviews
from charity.models.reclocking_seats import reclock_seat_offers
from charity.models.regions import Region

MANAGE = "pause.manage"
# Every kind of deadline that the pauses of a region stop.
MOVERS = (
    reclock_region,
    reclock_intention_offers,
    reclock_seat_offers,
    reclock_reviews,
    reclock_renewals,
    reclock_cases,
    reclock_checks,
    reclock_officer_changes,
    reclock_payees,
)


@dataclass(frozen=True, slots=True)
class Paused:
    """What a change of the calendar did: the pause, and how many deadlines it moved."""

    id: int
    moved: int


@act
def add_pause(tx: Tx, actor: Actor, *, region: str, starts_on: date, ends_on: date, reason: str) -> Paused:
    """Stop all clocks of a region for some days, both included; deadlines that run there move at once."""
    may(actor, MANAGE, region)
    if reason not in set(PauseReason):
        raise Invalid("pause-reason-unknown", field="reason")
    if not region or tx.session.get(Region, region) is None:
        raise Invalid("region-unknown", field="region")
    may_pause(starts_on, ends_on, today=day_of(tx.now))
    same = (Pause.region_code == region, Pause.starts_on == starts_on, Pause.ends_on == ends_on)
    if tx.session.execute(select(Pause.id).where(*same, Pause.revoked_at.is_(None))).first() is not None:
        raise Conflict("pause-there-already")
    number = _put(tx, actor, region, starts_on, ends_on, reason)
    return Paused(number, _reclock(tx, region))


@act
def revoke_pause(tx: Tx, actor: Actor, pause_id: int) -> Paused:
    """Take a pause back; days of it that have gone by stay paused, so that nothing is overdue in retrospect."""
    pause = tx.session.execute(select(Pause).where(Pause.id == pause_id).with_for_update()).scalar_one_or_none()
    if pause is None:
        raise Missing
    may(actor, MANAGE, pause.region_code)
    if pause.revoked_at is not None:
        raise Conflict("pause-revoked-already")
    kept = last_day_kept(pause.starts_on, pause.ends_on, today=day_of(tx.now))
    tx.session.execute(update(Pause).where(Pause.id == pause_id).values(revoked_at=tx.now))
    if kept is not None:
        _put(tx, actor, pause.region_code, pause.starts_on, kept, pause.reason)
    return Paused(pause_id, _reclock(tx, pause.region_code))


def _put(tx: Tx, actor: Actor, region: str, first: date, last: date, reason: str) -> int:
    return tx.session.execute(
        insert(Pause)
        .values(
            region_code=region,
            starts_on=first,
            ends_on=last,
            reason=reason,
            made_by_id=actor.account_id,
            made_at=tx.now,
        )
        .returning(Pause.id)
    ).scalar_one()


def _reclock(tx: Tx, region: str) -> int:
    return sum(move(tx, region) for move in MOVERS)
