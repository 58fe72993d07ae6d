"""The register row by row, in pieces, for whoever counts it another way than the books do; no rule, no commit."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from charity.domain.kinds import PledgeState
from charity.models.households import Household, Member
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


def _between(column: Any, after: int, last: int) -> ColumnElement[bool]:
    return (column > after) & (column <= last)
