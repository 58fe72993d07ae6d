"""Signing in in two steps: setting an app up, taking the second step, codes for the day the app is lost, passkeys."""

import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from charity.adapters.crypto import digest, hidden_ref, new_ref, seal, unseal
from charity.adapters.db import Tx
from charity.adapters.passkeys import ask_new, ask_step, credential_of, read_new, read_step
from charity.adapters.totp import is_code_of, new_secret
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Invalid, Missing, SignInNeeded, TooMany
from charity.domain.passkeys import CHALLENGE_BYTES, Asked, Party, is_copied, may_add, may_name
from charity.domain.second_factor import (
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    is_from_app,
    plain_code,
    spaced,
    steps_around,
)
from charity.models.accounts import Account, AccountSession
from charity.models.acts import Kept, act
from charity.models.outbox import notify
from charity.models.passkeys import Passkey, list_credentials, put_challenge, take_challenge
from charity.models.second_factors import (
    RecoveryCode,
    SecondFactor,
    forget_factor,
    has_factor,
    place_of,
    put_recovery_codes,
    recovery_digest,
)
from charity.models.sessions import DUE, end_sessions, end_tokens, pass_step, token_digest
from charity.models.throttles import count_try, forget_tries

WINDOW = timedelta(minutes=15)
TRIES = 5


@act
def take_step(tx: Tx, _actor: Actor, token: str, code: str) -> None:
    """Take the second step in the session of a token that has passed the password; each code opens once."""
    session = _get_due(tx, token)
    _may_with_code(tx, session.account_id or 0, code)
    pass_step(tx, session)


def _get_due(tx: Tx, token: str) -> AccountSession:
    """Get the session that waits for its second step."""
    found = select(AccountSession).where(
        AccountSession.token_digest == token_digest(token),
        AccountSession.ended_at.is_(None),
        AccountSession.second == DUE,
        AccountSession.expires_at > tx.now,
    )
    session = tx.session.scalars(found.with_for_update()).one_or_none()
    if session is None or session.account_id is None:
        raise SignInNeeded
    return session


def _may_with_code(tx: Tx, account_id: int, code: str) -> None:
    """Pass with a code that counts, and spend it; the try is counted first, and stays counted when it was wrong."""
    tries = _count_try(tx, account_id)
    if not _spend(tx, account_id, plain_code(code)):
        _tell_tries(tx, account_id, tries)
        raise Kept(Invalid("second-step-wrong", field="code"))
    forget_tries(tx, _tries_of(account_id))


def _tries_of(account_id: int) -> bytes:
    return digest("try-second-step", str(account_id))


def _count_try(tx: Tx, account_id: int) -> int:
    tries = count_try(tx, _tries_of(account_id), window=WINDOW)
    if tries > TRIES:
        raise Kept(TooMany("too-many-tries", params={"minutes": WINDOW // timedelta(minutes=1)}))
    return tries


def _tell_tries(tx: Tx, account_id: int, tries: int) -> None:
    if tries == TRIES:  # whoever tries knows the password
        notify(tx, account_id=account_id, kind="second-step-tried", params={"tries": TRIES})


def _spend(tx: Tx, account_id: int, code: str) -> bool:
    return _spend_step(tx, account_id, code) if is_from_app(code) else _spend_recovery(tx, account_id, code)


def _spend_step(tx: Tx, account_id: int, code: str, *, proved: bool = True) -> bool:
    factor = tx.session.get(SecondFactor, account_id)
    if factor is None or (factor.proved_at is not None) is not proved:
        return False
    secret = unseal(factor.secret_sealed, place=place_of(tx.session.get_one(Account, account_id).ref))
    step = next((step for step in steps_around(tx.now) if is_code_of(secret, step, code)), None)
    if step is None:
        return False
    # Two at once: only one of them moves the mark past this step.
    spent = update(SecondFactor).where(SecondFactor.account_id == account_id, SecondFactor.last_step < step)
    moved = tx.session.execute(spent.values(last_step=step).returning(SecondFactor.account_id))
    return moved.one_or_none() is not None


def _spend_recovery(tx: Tx, account_id: int, code: str) -> bool:
    mine = RecoveryCode.account_id == account_id, RecoveryCode.code_digest == recovery_digest(account_id, code)
    spent = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=tx.now)
    if tx.session.execute(spent.returning(RecoveryCode.id)).one_or_none() is None:
        return False
    notify(tx, account_id=account_id, kind="recovery-code-used", params={})
    return True


@act
def begin(tx: Tx, actor: Actor) -> None:
    """Draw a secret for one's own app; it counts for nothing before a code of the app has proved it."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if has_factor(tx, actor.account_id):
        raise Conflict("second-step-set-already")
    tx.session.execute(delete(SecondFactor).where(SecondFactor.account_id == actor.account_id))
    sealed = seal(new_secret(), place=place_of(actor.ref))
    drawn = insert(SecondFactor).values(account_id=actor.account_id, secret_sealed=sealed, begun_at=tx.now, last_step=0)
    tx.session.execute(drawn)


def confirm(actor: Actor, code: str) -> tuple[str, ...]:
    """Prove the app by a code, and give ten recovery codes; other sessions and all tokens end, made without it."""
    codes = _codes_of(actor)
    _confirm(actor, code, tuple(digests_of(actor, codes)))
    return tuple(spaced(each) for each in codes)


def digests_of(actor: Actor, codes: tuple[str, ...]) -> list[str]:
    """Give the digests of recovery codes, as they travel into the transaction."""
    return [recovery_digest(actor.account_id, each).hex() for each in codes]


def _codes_of(actor: Actor) -> tuple[str, ...]:
    """Draw recovery codes; a second press of the same button works out the same ones, which are stored nowhere."""
    once = actor.once
    if once is None:
        return tuple(new_ref()[:RECOVERY_LENGTH] for _ in range(RECOVERY_CODES))
    request = "\x00".join((once.scope, once.method, once.path, once.key))
    return tuple(hidden_ref("recovery", f"{request}\x00{n}")[:RECOVERY_LENGTH] for n in range(RECOVERY_CODES))


@act
def _confirm(tx: Tx, actor: Actor, code: str, digests: tuple[str, ...]) -> None:
    if not actor.is_signed_in or actor.session_id is None:
        raise SignInNeeded
    if has_factor(tx, actor.account_id):
        raise Conflict("second-step-set-already")
    if tx.session.get(SecondFactor, actor.account_id) is None:
        raise Missing
    if not _spend_step(tx, actor.account_id, plain_code(code), proved=False):
        raise Invalid("second-step-wrong", field="code")
    proved = update(SecondFactor).where(SecondFactor.account_id == actor.account_id)
    tx.session.execute(proved.values(proved_at=tx.now))
    put_recovery_codes(tx, actor.account_id, digests)
    end_sessions(tx, actor.account_id, but=actor.session_id)
    end_tokens(tx, actor.account_id)
    pass_step(tx, tx.session.get_one(AccountSession, actor.session_id))
    notify(tx, account_id=actor.account_id, kind="second-step-set", params={})


def renew_codes(actor: Actor, code: str) -> tuple[str, ...]:
    """Give ten new recovery codes for a code of the app; the former ones no longer count."""
    codes = _codes_of(actor)
    _renew(actor, code, tuple(digests_of(actor, codes)))
    return tuple(spaced(each) for each in codes)


@act
def _renew(tx: Tx, actor: Actor, code: str, digests: tuple[str, ...]) -> None:
    _may_change(tx, actor, code)
    put_recovery_codes(tx, actor.account_id, digests)


@act
def remove(tx: Tx, actor: Actor, code: str) -> None:
    """Take one's own second step away, for another phone; what needs it is shut until it is set up again."""
    _may_change(tx, actor, code)
    forget_factor(tx, actor.account_id)
    end_sessions(tx, actor.account_id, but=actor.session_id)
    end_tokens(tx, actor.account_id)
    mine = update(AccountSession).where(AccountSession.id == actor.session_id)
    tx.session.execute(mine.values(second=""))
    notify(tx, account_id=actor.account_id, kind="second-step-removed", params={})


def _may_change(tx: Tx, actor: Actor, code: str) -> None:
    if not actor.is_signed_in or actor.session_id is None:
        raise SignInNeeded
    if not has_factor(tx, actor.account_id):
        raise Missing
    _may_with_code(tx, actor.account_id, code)


def ask_passkey(actor: Actor, token: str, *, party: Party) -> str:
    """Ask a passkey of whoever has passed the password; gives what his browser is asked, anew at every press."""
    return _ask_passkey(replace(actor, once=None), token, party)


@act
def _ask_passkey(tx: Tx, _actor: Actor, token: str, party: Party) -> str:
    session = _get_due(tx, token)
    known = list_credentials(tx, session.account_id or 0)
    if not known:
        raise Missing
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    put_challenge(tx, session.id, Asked.STEP, challenge)
    return ask_step(party, challenge=challenge, known=known)


@act
def take_step_with_passkey(tx: Tx, _actor: Actor, token: str, answer: str, *, party: Party) -> None:
    """Take the second step by a passkey; the challenge is spent and the try is counted, whatever comes of it."""
    session = _get_due(tx, token)
    account_id = session.account_id or 0
    tries = _count_try(tx, account_id)
    challenge = take_challenge(tx, session.id, Asked.STEP)
    if challenge is None:
        raise Kept(Conflict("passkey-too-late"))
    if not _has_answered(tx, account_id, answer, challenge, party):
        _tell_tries(tx, account_id, tries)
        raise Kept(Invalid("passkey-wrong"))
    forget_tries(tx, _tries_of(account_id))
    pass_step(tx, session)


def _has_answered(tx: Tx, account_id: int, answer: str, challenge: bytes, party: Party) -> bool:
    """Say whether one of a person's passkeys gave an answer, and keep how often it has answered."""
    mine = Passkey.account_id == account_id, Passkey.credential_id == credential_of(answer)
    passkey = tx.session.scalars(select(Passkey).where(*mine).with_for_update()).one_or_none()
    if passkey is None:
        return False
    count = read_step(answer, challenge=challenge, party=party, public_key=passkey.public_key)
    if count is None:
        return False
    if is_copied(passkey.sign_count, count):
        notify(tx, account_id=account_id, kind="passkey-copied", params={"name": passkey.name})
        return False
    passkey.sign_count, passkey.used_at = count, tx.now
    tx.session.flush()
    return True


def ask_new_passkey(actor: Actor, *, site: str, party: Party) -> str:
    """Ask a browser for a new passkey of the actor; gives what it is asked, anew at every press."""
    return _ask_new_passkey(replace(actor, once=None), site, party)


@act
def _ask_new_passkey(tx: Tx, actor: Actor, site: str, party: Party) -> str:
    session_id = _may_add(tx, actor)
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    put_challenge(tx, session_id, Asked.ADD, challenge)
    return ask_new(
        party,
        challenge=challenge,
        site=site,
        person=digest("passkey-person", actor.ref),
        name=tx.session.get_one(Account, actor.account_id).nickname,
        known=list_credentials(tx, actor.account_id),
    )


@act
def add_passkey(tx: Tx, actor: Actor, *, name: str, code: str, answer: str, party: Party) -> None:
    """Add a passkey to one's second step, for a code of the app or a recovery code."""
    called = may_name(name)
    session_id = _may_add(tx, actor)
    _may_change(tx, actor, code)
    challenge = take_challenge(tx, session_id, Asked.ADD)
    if challenge is None:
        raise Kept(Conflict("passkey-too-late"))
    fresh = read_new(answer, challenge=challenge, party=party)
    if fresh is None:
        raise Kept(Invalid("passkey-wrong"))
    taken = select(Passkey.id).where(Passkey.credential_id == fresh.credential_id)
    if tx.session.scalar(taken) is not None:
        raise Kept(Conflict("passkey-known"))
    row = {"ref": new_ref(), "account_id": actor.account_id, "name": called, "added_at": tx.now}
    key = {"credential_id": fresh.credential_id, "public_key": fresh.public_key, "sign_count": fresh.sign_count}
    tx.session.execute(insert(Passkey).values(row | key))
    notify(tx, account_id=actor.account_id, kind="passkey-added", params={"name": called})


def _may_add(tx: Tx, actor: Actor) -> int:
    if not actor.is_signed_in or actor.session_id is None:
        raise SignInNeeded
    may_add(has_app=has_factor(tx, actor.account_id), known=len(list_credentials(tx, actor.account_id)))
    return actor.session_id


@act
def remove_passkey(tx: Tx, actor: Actor, ref: str, *, code: str) -> None:
    """Take one of one's own passkeys away, for a code, and end what it may have opened; the app stays."""
    mine = Passkey.account_id == actor.account_id, Passkey.ref == ref
    passkey = tx.session.scalars(select(Passkey).where(*mine)).one_or_none()
    if passkey is None:
        raise Missing
    _may_change(tx, actor, code)
    tx.session.delete(passkey)
    tx.session.flush()
    end_sessions(tx, actor.account_id, but=actor.session_id)  # which one a key opened is not kept
    end_tokens(tx, actor.account_id)
    notify(tx, account_id=actor.account_id, kind="passkey-removed", params={"name": passkey.name})


__all__ = [
    "TRIES",
    "WINDOW",
    "add_passkey",
    "ask_new_passkey",
    "ask_passkey",
    "begin",
    "confirm",
    "remove",
    "remove_passkey",
    "renew_codes",
    "take_step",
    "take_step_with_passkey",
]
