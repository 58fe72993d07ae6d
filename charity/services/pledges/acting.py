"""Acting in an organisation's name: the officer behind it stands where his organisation does."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import NotPermitted
from charity.domain.organisations import OrganisationState, may_promise
from charity.domain.sides import Side, may_act_on_side
from charity.models.claiming import find_claimable
from charity.models.organisation_rows import find_state
from charity.models.sides import list_stands, record_side


def stand_behind(tx: Tx, actor: Actor, beneficiary: str) -> None:
    """Put the officer behind an organisation on the giving side, unless he stands on another one already."""
    if actor.officer_id is None:
        return
    may_act_on_side(list_stands(tx, actor.officer_id, beneficiary), Side.GIVING, now=tx.now)
    record_side(tx, actor.officer_id, beneficiary, Side.GIVING)


def may_promise_for(tx: Tx, actor: Actor, wish_ref: str, beneficiary: str) -> None:
    """Refuse a promise in the name of an organisation that has ended, or by an officer whose own family it is for."""
    if actor.officer_id is None:
        return
    state = find_state(tx, actor.account_id)
    may_promise(OrganisationState.ENDED if state is None else OrganisationState(state))
    own = find_claimable(tx, wish_ref, actor.officer_id, today=day_of(tx.now))
    if own is not None and own.is_own:
        raise NotPermitted("own-household")
    stand_behind(tx, actor, beneficiary)
