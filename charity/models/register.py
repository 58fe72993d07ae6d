"""Loading a family for an act: locked, in the actor's region, on the actor's side."""

from collections.abc import Collection

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Missing
from charity.domain.permissions import is_allowed, may
from charity.domain.pool import PoolAct, may_take_out
from charity.domain.regions import DEMO_PROVINCE
from charity.domain.sides import Side, may_act_on_side
from charity.models.households import Household, Member
from charity.models.pooling import list_takeable
from charity.models.sides import list_stands, lock_account, record_side
from charity.models.sites import Site


def may_stand_in(tx: Tx, region: str) -> None:
    """Refuse a real place as long as the demonstration's invented families or sites are here."""
    if not region.startswith(DEMO_PROVINCE) and _demo_is_loaded(tx):
        raise Conflict("demo-data-present", field="region")


def _demo_is_loaded(tx: Tx) -> bool:
    invented = (
        select(Household.id).where(Household.county >= DEMO_PROVINCE),  # 99 is the highest province code
        select(Site.id).where(Site.county >= DEMO_PROVINCE),
    )
    return any(tx.session.execute(found.limit(1)).first() is not None for found in invented)


def get_household(tx: Tx, actor: Actor, ref: str, action: str, *, pool: Collection[PoolAct] = frozenset()) -> Household:
    """Load a family for an action, locked: of the actor's region, or while such an act is in the county's pool."""
    lock_account(tx, actor.account_id)
    row = tx.session.scalars(select(Household).where(Household.ref == ref).with_for_update()).one_or_none()
    if row is None or row.closed_at is not None:
        raise Missing
    if pool and not is_allowed(actor, action, row.region_code):
        taken = list_takeable(tx.session, actor, row, now=tx.now)
        may_take_out(actor, row.region_code, is_pooled=not taken.isdisjoint(pool))
        return row
    may(actor, action, row.region_code)
    return row


def get_member(tx: Tx, household: Household, ref: str) -> Member:
    """Load a person of a family; somebody who left it is missing."""
    row = tx.session.scalars(
        select(Member).where(Member.ref == ref, Member.household_id == household.id, Member.left_at.is_(None))
    ).one_or_none()
    if row is None:
        raise Missing
    return row


def take_side(tx: Tx, actor: Actor, beneficiary: str, side: Side) -> None:
    """Let the actor act on a side of a beneficiary, or refuse when he stands on another one."""
    may_act_on_side(list_stands(tx, actor.account_id, beneficiary), side, now=tx.now)
    record_side(tx, actor.account_id, beneficiary, side)
