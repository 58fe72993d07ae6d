"""The register row by row, in pieces, for whoever counts it another way than the books do; no rule, no commit."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from charity.domain.kinds import PledgeState
from charity.models.households import Fact, Household, Member
from charity.models.pledges import Pledge
from charity.models.wishes import Wish


def list_homes(session: Session, *, after: int, most: int) -> list[Any]:
    """List the next open households: id, ref, village, category, state of life."""
    columns = (Household.id, Household.ref, Household.region_code, Household.category, Household.life_state)
    asked = select(*columns).where(Household.id > after, Household.closed_at.is_(None))
    return list(session.execute(asked.order_by(Household.id).limit(most)))


def list_people(session: Session, *, after: int, last: int) -> list[Any]:
    """List who lives in the households after one and up to another: household, ref, sealed birth, school stage."""
    asked = select(Member.household_id, Member.ref, Member.birth_sealed, Member.school_stage)
    return list(session.execute(asked.where(_between(Member.household_id, after, last), Member.left_at.is_(None))))


def list_wishes(session: Session, *, after: int, last: int) -> list[Any]:
    """List the wishes of those households: household, state."""
    asked = select(Wish.household_id, Wish.state)
    return list(session.execute(asked.where(_between(Wish.household_id, after, last))))


def list_gifts(session: Session, *, after: int, last: int) -> list[Any]:
    """List the confirmed gifts to those households: household, kind, units, price of a unit."""
    asked = select(Wish.household_id, Wish.kind, Pledge.units, Wish.unit_fen).join(Wish, Wish.id == Pledge.wish_id)
    confirmed = Pledge.state == PledgeState.CONFIRMED.value
    return list(session.execute(asked.where(_between(Wish.household_id, after, last), confirmed)))


def list_facts(session: Session, *, after: int, last: int) -> list[Any]:
    """List all facts of those households, the oldest answers first.

    Household, person and whether he left, key, group, day, ref, sealed answer.
    """
    whose = (Fact.household_id, Fact.member_id, Member.left_at)
    asked = select(*whose, Fact.key, Fact.group_code, Fact.as_of, Fact.ref, Fact.value_sealed)
    asked = asked.outerjoin(Member, Member.id == Fact.member_id).where(_between(Fact.household_id, after, last))
    return list(session.execute(asked.order_by(Fact.household_id, Fact.as_of, Fact.id)))


def list_villages_changed(session: Session, since: datetime) -> set[str]:
    """List the villages in which somebody came or went, or a fact was written down, from a moment on."""
    of_facts = select(Household.region_code).join(Fact, Fact.household_id == Household.id)
    of_people = select(Household.region_code).join(Member, Member.household_id == Household.id)
    of_homes = select(Household.region_code)
    asked = (
        of_facts.where(Fact.recorded_at >= since),
        of_people.where(or_(Member.left_at >= since, Member.recorded_at >= since)),
        of_homes.where(or_(Household.closed_at >= since, Household.registered_at >= since)),
    )
    return {code for one in asked for code in session.scalars(one.distinct())}


def _between(column: Any, after: int, last: int) -> ColumnElement[bool]:
    return (column > after) & (column <= last)
