"""What every act on a county's list stands on: the locked list within the actor's region, and its move."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.county_lists import ListAct, ListState, next_state
from charity.domain.errors import Missing
from charity.domain.permissions import may
from charity.models.county_list_rows import lock_county_list
from charity.models.county_lists import CountyList
from charity.models.sides import lock_account

IMPORT = "households.import"


def get_list(tx: Tx, actor: Actor, ref: str) -> CountyList:
    """Load a list of the actor's region for changing it."""
    lock_account(tx, actor.account_id)
    brought = lock_county_list(tx, ref)
    if brought is None:
        raise Missing
    may(actor, IMPORT, brought.region_code)
    return brought


def get_at_work(tx: Tx, ref: str, *states: ListState) -> CountyList | None:
    """Load a list that the worker is to carry on; None when it is in another state by now."""
    brought = lock_county_list(tx, ref)
    return brought if brought is not None and brought.state in {state.value for state in states} else None


def move_list(brought: CountyList, act: ListAct) -> None:
    """Bring a locked list to the state an act leads to."""
    brought.state = next_state(ListState(brought.state), act).value
