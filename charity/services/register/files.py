"""Opening a household's file: the purpose is written down before anything shows."""

from datetime import timedelta

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.households import PRINTING, FilePurpose
from charity.domain.permissions import is_allowed
from charity.domain.pool import PoolAct, may_open_from_pool
from charity.models.acts import act
from charity.models.households import FileOpened
from charity.models.pooling import list_takeable
from charity.models.register import get_household

OPEN_FOR = timedelta(minutes=15)


@act
def open_file(tx: Tx, actor: Actor, household_ref: str, *, purpose: FilePurpose) -> None:
    """Grant the actor fifteen minutes with a file of his region, or of the county's pool for its act, and log it."""
    household = get_household(tx, actor, household_ref, "household.open", pool=frozenset(PoolAct))
    if not is_allowed(actor, "household.open", household.region_code):
        may_open_from_pool(list_takeable(tx.session, actor, household, now=tx.now), purpose)
    tx.session.add(
        FileOpened(
            household_id=household.id,
            account_id=actor.account_id,
            purpose=purpose.value,
            opened_at=tx.now,
            open_until=tx.now + OPEN_FOR,
        )
    )


@act
def note_printing(tx: Tx, actor: Actor, household_ref: str) -> None:
    """Write down that the actor prints a file he has open; without an open file there is nothing to print."""
    household = get_household(tx, actor, household_ref, "household.open")
    standing = select(FileOpened.id).where(
        FileOpened.household_id == household.id,
        FileOpened.account_id == actor.account_id,
        FileOpened.open_until > tx.now,
        FileOpened.open_until <= tx.now + OPEN_FOR,
    )
    if tx.session.execute(standing.limit(1)).one_or_none() is None:
        raise Missing
    tx.session.add(
        FileOpened(
            household_id=household.id,
            account_id=actor.account_id,
            purpose=PRINTING,
            opened_at=tx.now,
            open_until=tx.now,  # what is printed opens nothing
        )
    )
