"""Statements about the reviewers of the levels above, for a family's account that its county left undone."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from charity.domain.actors import Actor, Role
from charity.domain.payees import Wait
from charity.domain.regions import WIDTHS, Level
from charity.domain.sides import Side
from charity.models.accounts import Account, RoleGrant
from charity.models.desks import is_in_term
from charity.models.households import Household
from charity.models.payee_clocks import is_too_late
from charity.models.payees import Payee
from charity.models.pooling import BENEFICIARY, is_on_other_side

# The city and the province, each with all inside it; then whoever reviews for the whole country.
ABOVE = (Level.CITY, Level.PROVINCE, Level.COUNTRY)


def is_open_above(actor: Actor, wait: Wait, now: datetime) -> ColumnElement[bool]:
    """Give the condition that an account is late in its county, and the actor is of the first level with anybody.

    That is the city; where nobody else of the whole city may act for the family the province, then the country.
    """
    ways: list[ColumnElement[bool]] = []
    nobody_below: list[ColumnElement[bool]] = []
    for level in ABOVE:
        ways.append(and_(_reaches(actor, level), *nobody_below))
        nobody_below.append(~_is_anybody(level, now))
    return and_(is_too_late(wait), or_(*ways))


def list_reviewers_above(session: Session, payee_id: int, *, now: datetime) -> list[int]:
    """List the reviewers of the first level above a family's county at which anybody may act for it."""
    mine = select(RoleGrant.account_id).join(Account, Account.id == RoleGrant.account_id)
    family = select(Payee.id).join(Household, Household.id == Payee.household_id).where(Payee.id == payee_id)
    for level in ABOVE:
        theirs = family.where(*_may(level, now)).correlate(RoleGrant, Account).exists()
        found = sorted(set(session.scalars(mine.where(theirs))))
        if found:
            return found
    return []


def _reaches(actor: Actor, level: Level) -> ColumnElement[bool]:
    """Give the condition that the actor reviews somewhere in a family's region of a level, or for it."""
    held, width = actor.regions(Role.REVIEWER), WIDTHS[level]
    if level is Level.COUNTRY:
        return true() if "" in held else false()
    places = sorted({code[:width] for code in held if len(code) >= width})
    return or_(false(), *(Household.region_code.startswith(place, autoescape=True) for place in places))


def _is_anybody(level: Level, now: datetime) -> ColumnElement[bool]:
    """Give the condition that somebody of a level may act: neither who wrote the account down nor who decided."""
    found = select(RoleGrant.id).join(Account, Account.id == RoleGrant.account_id).where(*_may(level, now))
    return found.correlate(Household, Payee).exists()


def _may(level: Level, now: datetime) -> tuple[ColumnElement[bool], ...]:
    width = WIDTHS[level]
    near = func.substr(RoleGrant.region_code, 1, width) == func.substr(Household.region_code, 1, width)
    return (
        RoleGrant.role == Role.REVIEWER.value,
        RoleGrant.region_code == "" if level is Level.COUNTRY else near,
        is_in_term(now),
        RoleGrant.account_id != Payee.recorded_by_id,
        RoleGrant.account_id != func.coalesce(Payee.decided_by_id, 0),
        ~is_on_other_side(now, RoleGrant.account_id, BENEFICIARY, Side.TOWNSHIP),
    )
