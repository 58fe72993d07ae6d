"""Renewing the school stages of children: a stage is true for one school year, and so are the wishes that tell it."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select, update

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Invalid, Missing
from charity.domain.identity import SchoolStage, is_child
from charity.domain.school import stage_until
from charity.domain.sides import Side
from charity.domain.wishes import WishState
from charity.models.acts import act
from charity.models.households import Household, Member
from charity.models.register import get_household, take_side
from charity.models.wishes import Wish

MOST = 50
OVER = (WishState.REJECTED.value, WishState.REFERRED.value, WishState.WITHDRAWN.value)


@act
def renew_stages(tx: Tx, actor: Actor, *, said: Mapping[str, str]) -> int:
    """Record the present stage of children (by the member's ref), in their wishes as well; gives how many."""
    if not said:
        raise Invalid("stages-missing")
    if len(said) > MOST or not set(said.values()) <= set(SchoolStage):
        raise Invalid("stage-unknown")
    asked = select(Member.ref, Household.ref).join(Household, Household.id == Member.household_id)
    homes = {row[0]: row[1] for row in tx.session.execute(asked.where(Member.ref.in_(said)))}
    if homes.keys() != said.keys():
        raise Missing
    for ref in sorted(said, key=lambda ref: (homes[ref], ref)):
        _renew(tx, actor, homes[ref], ref, said[ref])
    return len(said)


def _renew(tx: Tx, actor: Actor, household_ref: str, ref: str, stage: str) -> None:
    household = get_household(tx, actor, household_ref, "household.register")
    take_side(tx, actor, f"h{household.id}", Side.FIELD)
    member = tx.session.scalars(select(Member).where(Member.ref == ref, Member.left_at.is_(None))).one_or_none()
    if member is None:
        raise Missing
    today = day_of(tx.now)
    birth = date.fromisoformat(unseal(member.birth_sealed, place=f"members.birth:{ref}"))
    if not is_child(birth, today):
        raise Invalid("not-a-child")
    member.school_stage, member.stage_on = stage, today
    tx.session.execute(
        update(Wish)
        .where(Wish.member_id == member.id, Wish.state.not_in(OVER))
        .values(school_stage=stage, stage_until=stage_until(today))
    )
