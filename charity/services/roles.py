"""Giving and taking roles: an administrator of the containing region does it, never for himself."""

from datetime import date

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.adapters.logins import Login, read_login
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.permissions import may
from charity.models.accounts import Account, RoleGrant
from charity.models.acts import act
from charity.models.outbox import notify
from charity.models.regions import Region
from charity.models.roles import end_grant, is_running, put_grant

GRANT = "people.grant"
GRANTED = frozenset({Role.ORGANISATION, Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})


@act
def grant(tx: Tx, actor: Actor, *, login: str, role: Role, region: str, until: date | None) -> int:
    """Give the person of a log-in a role in a region at or below one's own, from today; gives the grant's id."""
    may(actor, GRANT, region)
    if role not in GRANTED:
        raise Invalid("role-not-granted", field="role")
    if region and tx.session.get(Region, region) is None:
        raise Invalid("region-unknown", field="region")
    if until is not None and until < day_of(tx.now):
        raise Invalid("term-in-past", field="until")
    account = _person(tx, read_login(login))
    if account.id == actor.account_id:
        raise NotPermitted("not-oneself")
    if _holds(tx, account.id, role, region):
        raise Conflict("role-held-already")
    given = put_grant(tx, account.id, role=role, region=region, until=until, granted_by=actor.account_id)
    notify(tx, account_id=account.id, kind="role-granted", params={"role": role.value, "region": region})
    return given


def _person(tx: Tx, login: Login) -> Account:
    column, proved = (
        (Account.email_digest, Account.email_verified_at)
        if login.kind == "email"
        else (Account.phone_digest, Account.phone_verified_at)
    )
    found = select(Account).where(
        column == login.digest, proved.is_not(None), Account.closed_at.is_(None), Account.disabled_at.is_(None)
    )
    account = tx.session.scalars(found).one_or_none()
    if account is None:
        raise Invalid("person-unknown", field="login")
    return account


def _holds(tx: Tx, account_id: int, role: Role, region: str) -> bool:
    held = select(RoleGrant.id).where(
        RoleGrant.account_id == account_id,
        RoleGrant.role == role.value,
        RoleGrant.region_code == region,
        is_running(day_of(tx.now)),
    )
    return tx.session.execute(held.limit(1)).first() is not None


@act
def revoke(tx: Tx, actor: Actor, grant_id: int) -> None:
    """Take a role in one's own region away at once."""
    held = tx.session.get(RoleGrant, grant_id)
    if held is None:
        raise Missing
    may(actor, GRANT, held.region_code)
    if held.account_id == actor.account_id:
        raise NotPermitted("not-oneself")
    if held.revoked_at is not None:
        raise Conflict("role-revoked-already")
    end_grant(tx, held, revoked_by=actor.account_id)
    notify(tx, account_id=held.account_id, kind="role-revoked", params={"role": held.role, "region": held.region_code})
