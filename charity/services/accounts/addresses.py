"""Proving or changing one's e-mail address or phone number: a new one counts only once its code was typed."""

from charity.adapters.crypto import seal
from charity.adapters.db import Tx
from charity.adapters.logins import Login, read_login
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Invalid, SignInNeeded
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.outbox import notify
from charity.models.sessions import end_sessions
from charity.services.accounts.changes import may_with_password
from charity.services.accounts.closing import wipe
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


def ask_address(actor: Actor, login: str, *, password: str, network: bytes) -> str:
    """Send a code to one's own (or future) address; gives the sealed note with which this browser finishes."""
    if not actor.is_signed_in:
        raise SignInNeeded
    wanted = read_login(login)
    may_with_password(actor, password)  # an unattended browser must not take the account over
    _send(actor, wanted, network)
    return pack(Pending(purpose="verify", login=wanted.value, language=actor.language, account_id=actor.account_id))


@act
def _send(tx: Tx, actor: Actor, login: Login, network: bytes) -> None:
    may_send(tx, login, network)
    known = find_account(tx, login)
    if known is not None and known.id == actor.account_id and is_verified(known, login):
        raise Conflict("address-verified-already", field="login")
    if known is not None and known.id != actor.account_id and is_verified(known, login):
        # Not said on the page, lest it tell who has an account: the owner of the address is told.
        send(tx, login, kind="address-known", told={}, language=known.language, account_id=known.id)
        return
    send_code(tx, actor.account_id, login, purpose="verify", language=actor.language)


def verify_address(actor: Actor, packed: str, code: str) -> None:
    """Prove an address with its code: it becomes the account's own, in place of the former one of its kind."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if not _verify(actor, packed, code):
        raise Invalid("code-wrong", field="code")


@act
def _verify(tx: Tx, actor: Actor, packed: str, code: str) -> bool:
    pending = unpack(packed, "verify")
    login = login_of(pending)
    if pending.account_id != actor.account_id:
        return False
    if not use_code(tx, actor.account_id, login, purpose="verify", code=code):
        return False
    other = find_account(tx, login)
    if other is not None and other.id != actor.account_id:
        if is_verified(other, login):
            return False
        wipe(tx, other)  # it never proved the address, so it never could do anything with it
    account = tx.session.get_one(Account, actor.account_id)
    _take(tx, account, login)
    end_sessions(tx, account.id, but=actor.session_id)
    notify(tx, account_id=account.id, kind="address-changed", params={"address": login.masked})
    return True


def _take(tx: Tx, account: Account, login: Login) -> None:
    sealed = seal(login.value, place=f"accounts.{login.kind}:{account.ref}")
    if login.kind == "email":
        account.email_sealed, account.email_digest, account.email_verified_at = sealed, login.digest, tx.now
    else:
        account.phone_sealed, account.phone_digest, account.phone_verified_at = sealed, login.digest, tx.now
    tx.session.flush()
