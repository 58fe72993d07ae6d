"""Who acts: an account and its rights at this moment, found in one question."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    LargeBinary,
    Select,
    and_,
    bindparam,
    literal,
    or_,
    select,
    true,
)

from charity.adapters import clock
from charity.adapters.crypto import digest
from charity.adapters.db import reading
from charity.adapters.logins import Login
from charity.adapters.present import present
from charity.domain.actors import AccountKind, Actor, Grant, Role
from charity.domain.calendar import day_of
from charity.models.accounts import Account, AccountSession, ApiToken, RoleGrant
from charity.models.sessions import DUE, PASSED, token_digest

# A person may give anywhere without being granted anything.
GIVER = Grant(role=Role.DONOR, region="")
LONGEST_TOKEN = 200


def find_actor_by_session(token: str) -> Actor | None:
    """Find who acts by a session's token; None when it ended, ran out, or its account may not act.

    On PostgreSQL the database's clock judges, as it did when the session began: a web server's own may be wrong.
    """
    return None if len(token) > LONGEST_TOKEN else _found(_BY_SESSION, token_digest(token))


def is_waiting(token: str) -> bool:
    """Say whether a session has passed the password and waits for the second step: it is good for nothing else."""
    if len(token) > LONGEST_TOKEN:
        return False
    row = reading().connection().execute(_WAITING, {"asked": token_digest(token)}).one_or_none()
    return row is not None and _is_running(row)


def find_actor_by_token(token: str) -> Actor | None:
    """Find who acts by an API token."""
    return None if len(token) > LONGEST_TOKEN else _found(_BY_TOKEN, digest("token", token))


def find_actor_by_login(login: Login) -> Actor | None:
    """Find the account of a log-in as an actor, for the operator's verbs."""
    return _found(_BY_EMAIL if login.kind == "email" else _BY_PHONE, login.digest)


def in_term(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Give the condition that a grant covers a day."""
    return and_(
        RoleGrant.revoked_at.is_(None),
        RoleGrant.starts_on <= today,
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
    )


def _actor(session_id: Any, proved: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Account.id,
            Account.ref,
            Account.kind,
            Account.language,
            Account.email_verified_at,
            Account.phone_verified_at,
            session_id.label("session_id"),
            proved.label("proved"),
            RoleGrant.role,
            RoleGrant.region_code,
        )
        .select_from(Account)
        .outerjoin(RoleGrant, and_(RoleGrant.account_id == Account.id, in_term(bindparam("today", type_=Date()))))
        .where(Account.disabled_at.is_(None), Account.closed_at.is_(None))
    )


# Asked by every request, so each is built once: building one costs ten times as much as asking it.
_ASKED = bindparam("asked", type_=LargeBinary())
_BY_SESSION = (
    _actor(AccountSession.id, AccountSession.second == PASSED)
    .add_columns(AccountSession.seen_at, AccountSession.expires_at, present().label("there"))
    .join(AccountSession, AccountSession.account_id == Account.id)
    .where(AccountSession.token_digest == _ASKED, AccountSession.ended_at.is_(None), AccountSession.second != DUE)
)
_WAITING = (
    select(AccountSession.seen_at, AccountSession.expires_at, present().label("there"))
    .join(Account, Account.id == AccountSession.account_id)
    .where(AccountSession.token_digest == _ASKED, AccountSession.ended_at.is_(None), AccountSession.second == DUE)
    .where(Account.disabled_at.is_(None), Account.closed_at.is_(None))
)
_BY_TOKEN = (
    _actor(literal(None), ApiToken.proved)
    .join(ApiToken, ApiToken.account_id == Account.id)
    .where(ApiToken.token_digest == _ASKED, ApiToken.ended_at.is_(None))
)
# The operator's shell stands above every second step.
_BY_EMAIL = _actor(literal(None), true()).where(Account.email_digest == _ASKED)
_BY_PHONE = _actor(literal(None), true()).where(Account.phone_digest == _ASKED)


def _found(ask: Select[*tuple[Any, ...]], asked: bytes) -> Actor | None:
    rows = reading().connection().execute(ask, {"asked": asked, "today": day_of(clock.now())}).all()
    if not rows or (ask is _BY_SESSION and not _is_running(rows[0])):
        return None
    first = rows[0]
    kind = AccountKind(first.kind)
    return Actor(
        account_id=first.id,
        ref=first.ref,
        kind=kind,
        grants=_grants(kind, rows),
        verified=first.email_verified_at is not None or first.phone_verified_at is not None,
        language=first.language,
        session_id=first.session_id,
        proved=bool(first.proved),
    )


def _is_running(row: Any) -> bool:
    now = clock.held() or row.there or clock.now()
    # One that was used in the future was stamped by a clock that was wrong, and would live for as long as it was.
    return bool(row.seen_at <= now + clock.SLACK and row.expires_at > now)


def _grants(kind: AccountKind, rows: Sequence[Any]) -> tuple[Grant, ...]:
    granted = {Grant(role=Role(row.role), region=row.region_code) for row in rows if row.role is not None}
    if kind is AccountKind.PERSON:
        granted.add(GIVER)
    return tuple(sorted(granted, key=lambda grant: (grant.role, grant.region)))
