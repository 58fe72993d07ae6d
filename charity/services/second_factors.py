"""Signing in in two steps: setting an app up, taking the second step, codes for the day the app is lost."""

from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from charity.adapters.crypto import digest, hidden_ref, new_ref, seal, unseal
from charity.adapters.db import Tx
from charity.adapters.totp import is_code_of, new_secret
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Invalid, Missing, SignInNeeded, TooMany
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
    found = select(AccountSession).where(
        AccountSession.token_digest == token_digest(token),
        AccountSession.ended_at.is_(None),
        AccountSession.second == DUE,
        AccountSession.expires_at > tx.now,
    )
    session = tx.session.scalars(found.with_for_update()).one_or_none()
    if session is None or session.account_id is None:
        raise SignInNeeded
    _may_with_code(tx, session.account_id, code)
    pass_step(tx, session)


def _may_with_code(tx: Tx, account_id: int, code: str) -> None:
    """Pass with a code that counts, and spend it; the try is counted first, and stays counted when it was wrong."""
    key = digest("try-second-step", str(account_id))
    tries = count_try(tx, key, window=WINDOW)
    if tries > TRIES:
        raise Kept(TooMany("too-many-tries", params={"minutes": WINDOW // timedelta(minutes=1)}))
    if not _spend(tx, account_id, plain_code(code)):
        if tries == TRIES:  # whoever tries knows the password
            notify(tx, account_id=account_id, kind="second-step-tried", params={"tries": TRIES})
        raise Kept(Invalid("second-step-wrong", field="code"))
    forget_tries(tx, key)


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


__all__ = ["TRIES", "WINDOW", "begin", "confirm", "remove", "renew_codes", "take_step"]
