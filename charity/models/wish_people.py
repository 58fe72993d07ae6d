"""Statements about who is to be told of a wish."""

from sqlalchemy import or_, select

from charity.adapters.db import Tx
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.regions import Level, county_of, level_of, township_of
from charity.models.accounts import Account, RoleGrant


def list_reviewers(tx: Tx, region: str, *, but: int) -> list[int]:
    """List the open accounts of a township's reviewers, or of all reviewers of a county; one of them is left out."""
    today = day_of(tx.now)
    where = RoleGrant.region_code == region
    if level_of(region) <= Level.COUNTY:
        where = or_(where, RoleGrant.region_code.startswith(region, autoescape=True))
    found = tx.session.scalars(
        select(RoleGrant.account_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.REVIEWER.value,
            where,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.starts_on <= today,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
            RoleGrant.account_id != but,
            Account.disabled_at.is_(None),
            Account.closed_at.is_(None),
        )
        .distinct()
        .order_by(RoleGrant.account_id)
    )
    return list(found)


def list_first_to_act(tx: Tx, place: str) -> list[int]:
    """List who may take something out of sight at once: the township's reviewers, where it has none the county's.

    What belongs to no county is the auditors', whom the clock of the ruling tells.
    """
    if level_of(place) < Level.COUNTY:
        return []
    theirs = list_reviewers(tx, township_of(place), but=0) if level_of(place) > Level.COUNTY else []
    return theirs or list_reviewers(tx, county_of(place), but=0)
