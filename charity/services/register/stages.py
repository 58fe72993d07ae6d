"""Renewing the school stages of children: a stage is true for one school year, and so are the wishes that tell it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select, update

from charity.adapters.crypto import Unreadable, unseal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Invalid, Missing
from charity.domain.identity import SchoolStage, is_child
from charity.domain.school import stage_until
from charity.domain.sides import Side
from charity.domain.wishes import WishState
from charity.ledger.minding import mind_children
from charity.models.acts import act
from charity.models.households import Household, Member
from charity.models.register import get_household, take_side
from charity.models.responsible import ResponsiblePerson, end_duties
from charity.models.wishes import Wish

MOST = 50
OVER = (WishState.REJECTED.value, WishState.REFERRED.value, WishState.WITHDRAWN.value)
# What was met keeps the stage it was met at, until the school year ends: gone on its day, it would tell a birthday.
TOLD = (*OVER, WishState.CLOSED.value)


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
    if not _is_child(member, today):
        raise Invalid("not-a-child")
    member.school_stage, member.stage_on = stage, today
    tx.session.execute(
        update(Wish)
        .where(Wish.member_id == member.id, Wish.state.not_in(OVER))
        .values(school_stage=stage, stage_until=stage_until(today))
    )


@act
def end_stages(tx: Tx, actor: Actor, *, refs: Sequence[str]) -> int:
    """End the stages of those who are 18 by now, in their open wishes as well; gives of how many.

    Nobody teaches their class any more, and hours in a family that has an adult from now on are not with children.
    """
    del actor
    homes = _lock_homes(tx, refs)
    asked = select(Member).where(Member.ref.in_(refs), Member.school_stage.is_not(None)).order_by(Member.id)
    today = day_of(tx.now)
    grown = [member for member in tx.session.scalars(asked.with_for_update()) if not _is_child(member, today)]
    for member in grown:
        member.school_stage = member.stage_on = None
    tx.session.execute(
        update(Wish)
        .where(Wish.member_id.in_([member.id for member in grown]), Wish.state.not_in(TOLD))
        .values(school_stage=None, stage_until=None)
    )
    end_duties(tx.session, ResponsiblePerson.member_id.in_([member.id for member in grown]), today)
    for household_id in sorted({member.household_id for member in grown}):
        _mind(tx, homes[household_id])
    return len(grown)


def _lock_homes(tx: Tx, refs: Sequence[str]) -> dict[int, Household]:
    """Lock the families of some people in one order, before anything of theirs."""
    theirs = select(Member.household_id).where(Member.ref.in_(refs))
    found = select(Household).where(Household.id.in_(theirs)).order_by(Household.id).with_for_update()
    return {home.id: home for home in tx.session.scalars(found)}


def _mind(tx: Tx, household: Household) -> None:
    try:
        with tx.session.begin_nested():
            mind_children(tx, household)
    except Unreadable:  # somebody else's birth there does not open: the hours stay as strict as they were
        return


def _is_child(member: Member, today: date) -> bool:
    birth = date.fromisoformat(unseal(member.birth_sealed, place=f"members.birth:{member.ref}"))
    return is_child(birth, today)
