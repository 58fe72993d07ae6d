"""What clocks put into the county's pool: families that nobody of the township verified, or may print a card for."""

from typing import Final

from sqlalchemy import Select, select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.durations import due_at
from charity.domain.pool import VERIFY_WITHIN, PoolAct, is_ripe
from charity.models.acts import act
from charity.models.households import Household
from charity.models.outbox import notify
from charity.models.pausing import list_pauses
from charity.models.pooling import (
    card_since,
    is_anybody_for,
    is_ripe_now,
    list_pool_reviewers,
    put_into_pool,
    ripe_cards,
    ripe_verifications,
    verify_since,
)

TOLD: Final = {PoolAct.VERIFY: "household-in-county-pool", PoolAct.PRINT_CARD: "card-in-county-pool"}


@act
def verification(tx: Tx, actor: Actor, household_ref: str) -> bool:
    """Put a family into the pool that nobody of its township may verify, or nobody verified in five working days."""
    del actor
    household = _find_ripe(tx, household_ref, ripe_verifications(tx.now))
    if household is None:
        return False
    since = verify_since(tx, household)
    pauses = list_pauses(tx.session, household.region_code, since=since)
    is_overdue = due_at(since, VERIFY_WITHIN, pauses) <= tx.now
    is_anybody = is_anybody_for(tx, household)
    if not is_ripe(since=since, now=tx.now, pauses=pauses, is_anybody=is_anybody, is_overdue=is_overdue):
        return False
    _enter(tx, household, PoolAct.VERIFY)
    return True


@act
def card(tx: Tx, actor: Actor, household_ref: str) -> bool:
    """Put a family into the pool that has no code left and for whom nobody of its township may print a card."""
    del actor
    household = _find_ripe(tx, household_ref, ripe_cards(tx.now))
    if household is None:
        return False
    since = card_since(tx, household)
    pauses = list_pauses(tx.session, household.region_code, since=since)
    if not is_ripe(since=since, now=tx.now, pauses=pauses, is_anybody=False):
        return False
    _enter(tx, household, PoolAct.PRINT_CARD)
    return True


def _find_ripe(tx: Tx, ref: str, query: Select[str]) -> Household | None:
    household = tx.session.scalars(select(Household).where(Household.ref == ref).with_for_update()).one_or_none()
    return household if household is not None and is_ripe_now(tx, query, Household.ref, ref) else None


def _enter(tx: Tx, household: Household, waits_for: PoolAct) -> None:
    put_into_pool(tx, household, waits_for)
    county = list_pool_reviewers(tx.session, household.region_code, f"h{household.id}", now=tx.now)
    for account_id in county:
        notify(tx, account_id=account_id, kind=TOLD[waits_for], params={"household": household.ref})
