"""Giving and taking roles: an administrator of the containing region does it, never for himself."""

import json
from datetime import date

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.adapters.logins import Login, read_login
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.opinions import OpinionAct, OpinionState, needs_second_yes
from charity.domain.permissions import may
from charity.ledger.opinions import need_second_yes
from charity.models.accounts import Account, RoleGrant
from charity.models.acts import act
from charity.models.outbox import notify
from charity.models.regions import Region
from charity.models.roles import end_grant, is_running, put_grant
from charity.models.second_opinions import SecondOpinion

GRANT = "people.grant"
GRANTED = frozenset({Role.ORGANISATION, Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})


@act
def grant(tx: Tx, actor: Actor, *, login: str, role: Role, region: str, until: date | None) -> int:
    """Give the person of a log-in a role in a region at or below one's own, from today; gives the grant's id.

    A role that decides about others waits for a second person's yes; `carry_out` gives it then.
    """
    may(actor, GRANT, region)
    if role not in GRANTED:
        raise Invalid("role-not-granted", field="role")
    if region and tx.session.get(Region, region) is None:
        raise Invalid("region-unknown", field="region")
    if until is not None and until < day_of(tx.now):
        raise Invalid("term-in-past", field="until")
    return _give(tx, actor, _person(tx, read_login(login)), role, region, until)


@act
def carry_out(tx: Tx, actor: Actor, opinion: str) -> int:
    """Give the role that somebody else agreed to; gives the grant's id. Another's question looks missing."""
    asked = tx.session.scalars(select(SecondOpinion).where(SecondOpinion.ref == opinion)).one_or_none()
    if asked is None or asked.asker_id != actor.account_id or asked.act != OpinionAct.ROLE.value:
        raise Missing
    may(actor, GRANT, asked.region_code)
    if asked.state != OpinionState.AGREED.value or asked.expires_at <= tx.now:
        raise Conflict("question-not-agreed")
    told: dict[str, str] = json.loads(asked.told)
    person = tx.session.scalars(select(Account).where(Account.ref == told["account"])).one()
    if person.closed_at is not None or person.disabled_at is not None:
        raise Conflict("person-gone")
    until = date.fromisoformat(told["until"]) if told["until"] else None
    return _give(tx, actor, person, Role(told["role"]), asked.region_code, until)


def _give(tx: Tx, actor: Actor, account: Account, role: Role, region: str, until: date | None) -> int:
    if account.id == actor.account_id:
        raise NotPermitted("not-oneself")
    if _holds(tx, account.id, role, region):
        raise Conflict("role-held-already")
    if needs_second_yes(role, region):
        told = {"account": account.ref, "role": role.value, "until": "" if until is None else until.isoformat()}
        need_second_yes(tx, actor, OpinionAct.ROLE, region, told=told, subject_id=account.id)
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
