"""A lost password: a code to the address, then a new password, and every session and token ends."""

from charity.adapters.db import Tx
from charity.adapters.logins import Login, read_login
from charity.adapters.passwords import hash_password
from charity.domain.actors import Actor
from charity.domain.errors import Invalid
from charity.domain.passwords import may_use
from charity.models.acts import act
from charity.models.outbox import notify
from charity.models.sessions import end_sessions, end_tokens
from charity.services.accounts.codes import (
    Pending,
    find_account,
    login_of,
    may_send,
    pack,
    send_code,
    unpack,
    use_code,
)


def ask_reset(actor: Actor, login: str, *, language: str, network: bytes) -> str:
    """Send a code to an address if an account has it; gives the sealed note with which this browser finishes."""
    wanted = read_login(login)
    _send(actor, wanted, language, network)
    return pack(Pending(purpose="reset", login=wanted.value, language=language))


def resend_reset(actor: Actor, packed: str, *, network: bytes) -> None:
    """Send another code for a reset under way."""
    pending = unpack(packed, "reset")
    _send(actor, login_of(pending), pending.language, network)


@act
def _send(tx: Tx, _actor: Actor, login: Login, language: str, network: bytes) -> None:
    may_send(tx, login, network)
    known = find_account(tx, login)
    if known is not None and known.disabled_at is None:
        send_code(tx, known.id, login, purpose="reset", language=language)


def reset_password(actor: Actor, packed: str, code: str, password: str) -> None:
    """Set a new password by a code; ends every session and token of the account, which a thief may have made."""
    pending = unpack(packed, "reset")
    may_use(password, login=pending.login)
    if not _reset(actor, packed, code, hash_password(password)):
        raise Invalid("code-wrong", field="code")


@act
def _reset(tx: Tx, _actor: Actor, packed: str, code: str, hashed: str) -> bool:
    login = login_of(unpack(packed, "reset"))
    account = find_account(tx, login)
    if account is None or account.disabled_at is not None:
        return False
    if not use_code(tx, account.id, login, purpose="reset", code=code):
        return False
    account.password_hash = hashed
    if login.kind == "email":  # the code has proved the address as well
        account.email_verified_at = account.email_verified_at or tx.now
    else:
        account.phone_verified_at = account.phone_verified_at or tx.now
    tx.session.flush()
    end_sessions(tx, account.id)
    end_tokens(tx, account.id)
    notify(tx, account_id=account.id, kind="password-changed", params={})
    return True
