"""What clocks put into the county's pool: confirmations, checks and parcels that nobody of the township took."""

from typing import Final

from sqlalchemy import update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pool import SIDE_IN_POOL, PoolAct, is_ripe, pool_act_of
from charity.models.acts import act
from charity.models.moving import PledgeRow, set_pledge
from charity.models.outbox import notify
from charity.models.pausing import list_pauses
from charity.models.payee_rows import list_sole_recorders
from charity.models.pledges import CodeCheck, Pledge
from charity.models.pooling import find_check_due, is_ripe_now, list_pool_reviewers, ripe_checks, ripe_pledges
from charity.models.sellers import find_waiting_since, ripe_orders
from charity.services.pledges.moves import find_locked

TOLD: Final = {
    PoolAct.CONFIRM: "pledge-in-county-pool",
    PoolAct.FIELD: "parcel-in-county-pool",
    PoolAct.CHECK_CODE: "check-in-county-pool",
}


@act
def pledge(tx: Tx, actor: Actor, pledge_ref: str) -> bool:
    """Put a pledge whose confirmation, or whose parcel on the desk, waits for nobody into the county's pool."""
    del actor
    row = find_locked(tx, pledge_ref)
    if row is None:
        return False
    is_order = row.kind is Kind.PRODUCE and row.state is PledgeState.PLANNED
    asked = ripe_orders(tx.now) if is_order else ripe_pledges(tx.now)
    if not is_ripe_now(tx, asked, Pledge.ref, pledge_ref):
        return False
    waits_for = pool_act_of(row.kind, row.state)
    # The time to ship is counted from the end of the harvest; a purchase waits since somebody reserved it.
    since = (find_waiting_since(tx.session, row.id) if is_order else row.clock_started_at) or tx.now
    pauses = list_pauses(tx.session, row.region_code, since=since)
    # The overdue of the desk are found whether or not somebody there could act.
    if waits_for is None or not is_ripe(
        since=since, now=tx.now, pauses=pauses, is_anybody=False, is_overdue=row.is_overdue
    ):
        return False
    if not set_pledge(tx, row, {"in_county_pool": True}):
        return False
    _tell_county(tx, row, waits_for)
    return True


@act
def check(tx: Tx, actor: Actor, pledge_ref: str) -> bool:
    """Put the check of a code that nobody of the township may make, or nobody made in time, into the county's pool."""
    del actor
    row = find_locked(tx, pledge_ref)
    if row is None or not is_ripe_now(tx, ripe_checks(tx.now), Pledge.ref, pledge_ref):
        return False
    since = row.confirmed_at or tx.now
    pauses = list_pauses(tx.session, row.region_code, since=since)
    is_overdue = find_check_due(tx, row.id) <= tx.now
    if not is_ripe(since=since, now=tx.now, pauses=pauses, is_anybody=False, is_overdue=is_overdue):
        return False
    tx.session.execute(update(CodeCheck).where(CodeCheck.pledge_id == row.id).values(pooled_at=tx.now))
    _tell_county(tx, row, PoolAct.CHECK_CODE)
    return True


def _tell_county(tx: Tx, row: PledgeRow, waits_for: PoolAct) -> None:
    county = list_pool_reviewers(tx.session, row.region_code, row.beneficiary, now=tx.now, side=SIDE_IN_POOL[waits_for])
    shut_out = list_sole_recorders(tx.session, row.id) if waits_for is PoolAct.CONFIRM else []
    for account_id in (one for one in county if one not in shut_out):
        kind = "order-in-county-pool" if row.kind is Kind.PRODUCE and waits_for is PoolAct.FIELD else TOLD[waits_for]
        notify(tx, account_id=account_id, kind=kind, params={"pledge": row.ref, "title": row.title})
