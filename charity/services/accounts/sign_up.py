"""Signing up: the same answer for every address, and only the browser that began can finish."""

from dataclasses import replace

from charity.adapters.db import Tx
from charity.adapters.logins import Login, read_login
from charity.adapters.passwords import hash_password
from charity.domain.actors import Actor
from charity.domain.documents import SAID_AT_SIGN_UP
from charity.domain.errors import Invalid, NotPermitted
from charity.domain.nicknames import may_choose, normal_nickname
from charity.domain.passwords import may_use
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.names_down import list_names_kept
from charity.models.new_accounts import accept, put_account
from charity.models.sessions import end_sessions, open_session
from charity.services.accounts.codes import (
    Pending,
    find_account,
    is_verified,
    login_of,
    may_send,
    pack,
    send,
    send_code,
    unpack,
    use_code,
)


def sign_up(
    actor: Actor,
    *,
    login: str,
    password: str,
    nickname: str,
    language: str,
    accepted: bool,
    is_adult: bool,
    network: bytes,
) -> str:
    """Begin an account and send a code; gives the sealed note with which this browser finishes."""
    wanted = read_login(login)
    may_use(password, login=wanted.value)
    name = normal_nickname(nickname)
    if not accepted:
        raise Invalid("terms-not-accepted", field="accepted")
    if not is_adult:
        raise Invalid("account-adults-only", field="is_adult")
    hashed = hash_password(password)
    _begin(actor, wanted, hashed, name, language, network)
    return pack(Pending(purpose="verify", login=wanted.value, language=language, password_hash=hashed, nickname=name))


@act
def _begin(tx: Tx, _actor: Actor, login: Login, hashed: str, nickname: str, language: str, network: bytes) -> None:
    may_choose(list_names_kept(tx.session, nickname), {"nickname": nickname})
    may_send(tx, login, network)
    account_id = put_account(tx, login, hashed=hashed, nickname=nickname, language=language)
    if account_id is not None:
        accept(tx, account_id, SAID_AT_SIGN_UP)
        send_code(tx, account_id, login, purpose="verify", language=language)
        return
    _tell_again(tx, login, language)


def _tell_again(tx: Tx, login: Login, language: str) -> None:
    known = find_account(tx, login)
    if known is None:
        return
    if is_verified(known, login) or known.disabled_at is not None:
        send(tx, login, kind="address-known", told={}, language=known.language, account_id=known.id)
    else:
        send_code(tx, known.id, login, purpose="verify", language=language)


@act
def resend_sign_up(tx: Tx, _actor: Actor, packed: str, *, network: bytes) -> None:
    """Send another code for a sign-up under way; the same answer whether the address is known."""
    pending = unpack(packed, "verify")
    login = login_of(pending)
    may_send(tx, login, network)
    known = find_account(tx, login)
    if known is not None and not is_verified(known, login) and known.disabled_at is None:
        send_code(tx, known.id, login, purpose="verify", language=pending.language)


def verify_sign_up(actor: Actor, packed: str, code: str, *, device: str) -> str:
    """Prove the address of a sign-up with its code; opens a session and gives its token."""
    token = _verify(replace(actor, once=None), packed, code, device)
    if token is None:
        raise Invalid("code-wrong", field="code")
    return token


@act
def _verify(tx: Tx, _actor: Actor, packed: str, code: str, device: str) -> str | None:
    pending = unpack(packed, "verify")
    login = login_of(pending)
    account = find_account(tx, login)
    if account is None or is_verified(account, login) or pending.account_id:
        return None
    if not use_code(tx, account.id, login, purpose="verify", code=code):
        return None
    if account.disabled_at is not None:
        raise NotPermitted("account-disabled")
    _settle(tx, account, login, pending)
    return open_session(tx, account.id, device=device)


def _settle(tx: Tx, account: Account, login: Login, pending: Pending) -> None:
    # Whoever reads the mailbox in this browser is the owner: what others began with the address counts no longer.
    end_sessions(tx, account.id)
    account.password_hash = pending.password_hash or account.password_hash
    account.nickname = pending.nickname or account.nickname
    if list_names_kept(tx.session, account.nickname):  # taken from another account since: this one chooses again
        account.nickname = ""
    account.language = pending.language
    if login.kind == "email":
        account.email_verified_at = tx.now
    else:
        account.phone_verified_at = tx.now
    account.last_acted_at = tx.now
    tx.session.flush()
