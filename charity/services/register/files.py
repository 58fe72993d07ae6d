"""Opening a household's file: the purpose is written down before anything shows."""

from datetime import timedelta

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.households import FilePurpose
from charity.models.acts import act
from charity.models.households import FileOpened
from charity.models.register import get_household

OPEN_FOR = timedelta(minutes=15)


@act
def open_file(tx: Tx, actor: Actor, household_ref: str, *, purpose: FilePurpose) -> None:
    """Grant the actor fifteen minutes with a file of his region, and log it."""
    household = get_household(tx, actor, household_ref, "household.open")
    tx.session.add(
        FileOpened(
            household_id=household.id,
            account_id=actor.account_id,
            purpose=purpose.value,
            opened_at=tx.now,
            open_until=tx.now + OPEN_FOR,
        )
    )
