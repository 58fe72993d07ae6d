"""Statements about sessions that several services share."""

from datetime import timedelta

from sqlalchemy import exists, func, insert, or_, select, update

from charity.adapters.crypto import digest, new_token
from charity.adapters.db import Tx
from charity.domain.actors import STAFF
from charity.domain.calendar import day_of
from charity.models.accounts import AccountSession, ApiToken, RoleGrant
from charity.models.second_factors import has_factor

IDLE = timedelta(days=30)
STAFF_IDLE = timedelta(hours=12)
DEVICE_LENGTH = 120
STEP_WAITS = timedelta(minutes=10)  # so long after the password the second step may be taken
DUE, PASSED = "due", "passed"


def token_digest(token: str) -> bytes:
    """Give the digest under which a session's token is stored."""
    return digest("session", token)


def open_session(tx: Tx, account_id: int, *, device: str) -> str:
    """Open a session of an account and give its token, which is stored nowhere; it may wait for the second step."""
    token = new_token()
    is_due = has_factor(tx, account_id)
    tx.session.execute(
        insert(AccountSession).values(
            token_digest=token_digest(token),
            account_id=account_id,
            device=device[:DEVICE_LENGTH],
            created_at=tx.now,
            seen_at=tx.now,
            expires_at=tx.now + (STEP_WAITS if is_due else idle_of(tx, account_id)),
            second=DUE if is_due else "",
        )
    )
    return token


def pass_step(tx: Tx, session: AccountSession) -> None:
    """Let a session be one that stands on a second step, and live as long as others."""
    session.second = PASSED
    session.seen_at = tx.now
    session.expires_at = tx.now + idle_of(tx, session.account_id or 0)
    tx.session.flush()


def idle_of(tx: Tx, account_id: int) -> timedelta:
    """Tell how long a session of this account may rest: staff see families' files, so theirs end sooner."""
    today = day_of(tx.now)
    is_staff = exists().where(
        RoleGrant.account_id == account_id,
        RoleGrant.role.in_(STAFF),
        RoleGrant.revoked_at.is_(None),
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
    )
    return STAFF_IDLE if tx.session.scalar(select(is_staff)) else IDLE


def end_sessions(tx: Tx, account_id: int, *, but: int | None = None) -> int:
    """End all running sessions of an account, but the one that may stay; gives how many ended."""
    ended = (
        update(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
        .where(AccountSession.id != func.coalesce(but, 0))
        .values(ended_at=tx.now)
        .returning(AccountSession.id)
    )
    return len(tx.session.execute(ended).all())


def end_tokens(tx: Tx, account_id: int) -> None:
    """End all running tokens of an account."""
    running = (ApiToken.account_id == account_id, ApiToken.ended_at.is_(None))
    tx.session.execute(update(ApiToken).where(*running).values(ended_at=tx.now))
