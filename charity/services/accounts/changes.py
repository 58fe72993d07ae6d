"""Changing one's own account, one intention at a time."""

from charity.adapters.crypto import seal, unseal
from charity.adapters.db import Tx, end_reading, reading
from charity.adapters.locale import languages
from charity.adapters.passwords import hash_password, is_right
from charity.domain.actors import Actor
from charity.domain.errors import Invalid, SignInNeeded
from charity.domain.nicknames import may_be_called, may_choose, normal_nickname, normal_public_name
from charity.domain.passwords import may_use
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.names_down import list_names_down, list_names_kept
from charity.models.new_accounts import accept
from charity.models.outbox import notify
from charity.models.sessions import end_sessions


def own(tx: Tx, actor: Actor) -> Account:
    """Give the actor's account inside a transaction."""
    if not actor.is_signed_in:
        raise SignInNeeded
    return tx.session.get_one(Account, actor.account_id)


def may_with_password(actor: Actor, password: str, *, field: str = "password") -> tuple[str, ...]:
    """Refuse a wrong password of the actor himself, else give his log-ins; asked before the transaction: it is slow."""
    account = reading().get(Account, actor.account_id) if actor.is_signed_in else None
    stored = account.password_hash if account else None
    logins = _logins(account) if account else ()
    end_reading()
    if not is_right(stored, password):
        raise Invalid("password-wrong", field=field)
    return logins


def _logins(account: Account) -> tuple[str, ...]:
    sealed = (("email", account.email_sealed), ("phone", account.phone_sealed))
    return tuple(unseal(value, place=f"accounts.{kind}:{account.ref}") for kind, value in sealed if value is not None)


def change_password(actor: Actor, *, old: str, new: str) -> None:
    """Set a new password; ends all other sessions."""
    for login in may_with_password(actor, old, field="old"):
        may_use(new, login=login)
    _set_password(actor, hash_password(new))


@act
def _set_password(tx: Tx, actor: Actor, hashed: str) -> None:
    own(tx, actor).password_hash = hashed
    end_sessions(tx, actor.account_id, but=actor.session_id)
    notify(tx, account_id=actor.account_id, kind="password-changed", params={})


@act
def rename(tx: Tx, actor: Actor, *, nickname: str, public_name: str) -> None:
    """Change the nickname and the name for gifts given by name."""
    account = own(tx, actor)
    chosen, name = normal_nickname(nickname), normal_public_name(public_name)
    may_be_called(list_names_down(tx.session, account.id), nickname=chosen, public_name=name)
    may_choose(list_names_kept(tx.session, chosen, name), {"nickname": chosen, "public_name": name})
    account.nickname = chosen
    account.public_name_sealed = seal(name, place=f"accounts.public_name:{account.ref}") if name else None


@act
def choose_language(tx: Tx, actor: Actor, language: str) -> None:
    """Choose the language of pages and notices."""
    if language not in languages():
        raise Invalid("language-unknown", field="language")
    own(tx, actor).language = language


@act
def choose_notices(tx: Tx, actor: Actor, *, by_mail: bool, by_sms: bool) -> None:
    """Choose the channels of notices besides the inbox."""
    account = own(tx, actor)
    account.by_mail, account.by_sms = by_mail, by_sms


@act
def accept_terms(tx: Tx, actor: Actor) -> None:
    """Accept the documents in force now."""
    accept(tx, own(tx, actor).id)


__all__ = ["accept_terms", "change_password", "choose_language", "choose_notices", "may_with_password", "own", "rename"]
