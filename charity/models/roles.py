"""Statements about roles that several services share."""

from datetime import date

from sqlalchemy import BindParameter, ColumnElement, and_, insert, or_, select, update

from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Role
from charity.domain.calendar import day_of
from charity.models.accounts import Account, RoleGrant


def is_running(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Give the condition that a grant was not revoked and its term has not ended."""
    return and_(RoleGrant.revoked_at.is_(None), or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today))


def put_grant(tx: Tx, account_id: int, *, role: Role, region: str, until: date | None, granted_by: int | None) -> int:
    """Record a role from today on; an account that becomes an organisation gives as one."""
    grant_id = tx.session.execute(
        insert(RoleGrant)
        .values(
            account_id=account_id,
            role=role.value,
            region_code=region,
            starts_on=day_of(tx.now),
            ends_on=until,
            granted_by_id=granted_by,
            granted_at=tx.now,
        )
        .returning(RoleGrant.id)
    ).scalar_one()
    if role is Role.ORGANISATION:
        _set_kind(tx, account_id, AccountKind.ORGANISATION)
    return grant_id


def end_grant(tx: Tx, grant: RoleGrant, *, revoked_by: int | None) -> None:
    """Revoke a role; the last one as an organisation makes the account a person's again."""
    grant.revoked_at = tx.now
    grant.revoked_by_id = revoked_by
    tx.session.flush()
    if grant.role == Role.ORGANISATION and not _is_organisation(tx, grant.account_id):
        _set_kind(tx, grant.account_id, AccountKind.PERSON)


def _is_organisation(tx: Tx, account_id: int) -> bool:
    held = select(RoleGrant.id).where(
        RoleGrant.account_id == account_id, RoleGrant.role == Role.ORGANISATION.value, is_running(day_of(tx.now))
    )
    return tx.session.execute(held.limit(1)).first() is not None


def _set_kind(tx: Tx, account_id: int, kind: AccountKind) -> None:
    tx.session.execute(update(Account).where(Account.id == account_id).values(kind=kind.value))
