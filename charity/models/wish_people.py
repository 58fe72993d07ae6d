"""Statements about who is to be told of a wish."""

from sqlalchemy import or_, select

from charity.adapters.db import Tx
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.regions import Level, level_of
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
