"""Signing in and out: sessions live in SQL, so that ending one is ending it at once, everywhere."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from charity.adapters.crypto import digest
from charity.adapters.db import Tx, end_reading, reading
from charity.adapters.logins import LONGEST, Login, read_login
from charity.adapters.passwords import hash_password, is_outdated, is_right
from charity.domain.actors import Actor
from charity.domain.errors import Invalid, Missing, NotPermitted, SignInNeeded, TooMany
from charity.domain.idempotency import KEYS_LIVE
from charity.domain.retention import Record
from charity.models.accounts import Account, AccountSession, LoginCode, Throttle
from charity.models.acts import act
from charity.models.requests import AnsweredRequest
from charity.models.retention import kept_until, note_forgotten
from charity.models.sessions import IDLE, end_sessions, idle_of, open_session, token_digest
from charity.models.throttles import count_try, forget_tries, network_of

WINDOW = timedelta(minutes=15)
LOGIN_TRIES = 10
ADDRESS_TRIES = 100
TOUCH_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Known:
    account_id: int
    password_hash: str | None


def sign_in(actor: Actor, login: str, password: str, *, address: str, device: str) -> str:
    """Open a session and give its token; every wrong try is answered alike, and too many are refused for a while."""
    plain = replace(actor, once=None)  # a token must not be kept among the answers
    _count(plain, login, address)  # counted and committed before the password is looked at: no race past the limit
    known = _find(login)
    if not is_right(known.password_hash if known else None, password) or known is None:
        raise Invalid("login-wrong")
    renewed = hash_password(password) if is_outdated(known.password_hash or "") else None
    return _open(plain, known.account_id, _login_key(login), device, renewed)


def _login_key(login: str) -> bytes:
    try:
        return digest("try-login", read_login(login).value)
    except Invalid:
        return digest("try-login", login[:LONGEST])


def address_key(address: str) -> bytes:
    """Give the digest under which tries from one network address are counted; IPv6 by its /64."""
    return digest("try-address", network_of(address))


def _count(actor: Actor, login: str, address: str) -> None:
    if not _count_tries(actor, _login_key(login).hex(), address_key(address).hex()):
        raise TooMany("too-many-tries", params={"minutes": WINDOW // timedelta(minutes=1)})


@act
def _count_tries(tx: Tx, _actor: Actor, login: str, address: str) -> bool:
    by_address = count_try(tx, bytes.fromhex(address), window=WINDOW)
    by_login = count_try(tx, bytes.fromhex(login), window=WINDOW)
    return by_login <= LOGIN_TRIES and by_address <= ADDRESS_TRIES


def _find(login: str) -> _Known | None:
    try:
        wanted = read_login(login)
    except Invalid:
        return None
    row = (
        reading()
        .execute(select(Account.id, Account.password_hash).where(_is(wanted), Account.closed_at.is_(None)))
        .one_or_none()
    )
    end_reading()
    return None if row is None else _Known(row.id, row.password_hash)


def _is(login: Login) -> ColumnElement[bool]:
    return (Account.email_digest if login.kind == "email" else Account.phone_digest) == login.digest


@act
def _open(tx: Tx, _actor: Actor, account_id: int, login_key: bytes, device: str, renewed: str | None) -> str:
    account = tx.session.get_one(Account, account_id)
    if account.disabled_at is not None or account.closed_at is not None:
        raise NotPermitted("account-disabled")
    if renewed is not None:
        account.password_hash = renewed
    account.last_acted_at = tx.now
    forget_tries(tx, login_key)
    return open_session(tx, account_id, device=device)


@act
def sign_out(tx: Tx, actor: Actor) -> None:
    """End the session in use."""
    if actor.session_id is not None:
        _end(tx, actor, actor.session_id)


@act
def end(tx: Tx, actor: Actor, session_id: int) -> None:
    """End one of one's own sessions; another's looks missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if not _end(tx, actor, session_id):
        raise Missing


@act
def end_others(tx: Tx, actor: Actor) -> int:
    """End all of one's own sessions but the one in use; gives how many."""
    if not actor.is_signed_in:
        raise SignInNeeded
    return end_sessions(tx, actor.account_id, but=actor.session_id)


def _end(tx: Tx, actor: Actor, session_id: int) -> bool:
    ended = tx.session.execute(
        update(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.account_id == (actor.officer_id or actor.account_id))
        .where(AccountSession.ended_at.is_(None))
        .values(ended_at=tx.now)
        .returning(AccountSession.id)
    )
    return ended.one_or_none() is not None


@act
def touch(tx: Tx, actor: Actor) -> None:
    """Note that the session is in use, at most every five minutes, and let it live on."""
    if actor.session_id is None:
        return
    tx.session.execute(
        update(AccountSession)
        .where(AccountSession.id == actor.session_id, AccountSession.ended_at.is_(None))
        .where(AccountSession.seen_at <= tx.now - TOUCH_EVERY, AccountSession.expires_at > tx.now)
        .values(seen_at=tx.now, expires_at=tx.now + idle_of(tx, actor.officer_id or actor.account_id))
    )


@act
def sweep(tx: Tx, actor: Actor) -> None:
    """Delete what no longer serves: old sessions, codes, counted tries and answers nobody will ask for again."""
    if not actor.is_system:
        raise NotPermitted("role-needed")
    old = kept_until(tx, Record.SIGN_INS)
    ended = delete(AccountSession).where(or_(AccountSession.expires_at < old, AccountSession.ended_at < old))
    note_forgotten(tx, Record.SIGN_INS, len(tx.session.execute(ended.returning(AccountSession.id)).all()))
    tx.session.execute(delete(LoginCode).where(LoginCode.expires_at < tx.now - timedelta(days=1)))
    tx.session.execute(delete(Throttle).where(Throttle.window_started_at < tx.now - timedelta(days=1)))
    tx.session.execute(delete(AnsweredRequest).where(AnsweredRequest.answered_at < tx.now - KEYS_LIVE))


__all__ = ["IDLE", "address_key", "end", "end_others", "sign_in", "sign_out", "sweep", "token_digest", "touch"]
