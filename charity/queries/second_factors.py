"""What people see of their own second step: whether it is set up, and, while they set it up, its secret."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.adapters.totp import address_of
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.models.accounts import Account, AccountSession
from charity.models.passkeys import Passkey
from charity.models.second_factors import RecoveryCode, SecondFactor, place_of
from charity.models.sessions import DUE, token_digest

GROUP = 4


@dataclass(frozen=True, slots=True)
class OwnFactor:
    """One's own second step: since when, and how many recovery codes are left."""

    proved_at: datetime | None
    codes_left: int


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret that waits for its first code: as text in groups of four, and as the address of a QR code."""

    text: str
    address: str


def get_own_factor(viewer: Actor) -> OwnFactor:
    """Give the state of the viewer's own second step."""
    asked = select(SecondFactor.proved_at).where(SecondFactor.account_id == viewer.account_id)
    unused = RecoveryCode.account_id == viewer.account_id, RecoveryCode.used_at.is_(None)
    left = select(func.count()).select_from(RecoveryCode).where(*unused)
    return OwnFactor(reading().execute(asked).scalar_one_or_none(), reading().execute(left).scalar_one())


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """One of one's own passkeys."""

    ref: str
    name: str
    added_at: datetime
    used_at: datetime | None


def list_own_passkeys(viewer: Actor) -> tuple[PasskeyLine, ...]:
    """List the viewer's own passkeys, the oldest first."""
    mine = select(Passkey.ref, Passkey.name, Passkey.added_at, Passkey.used_at).where(
        Passkey.account_id == viewer.account_id
    )
    return tuple(PasskeyLine(*row) for row in reading().execute(mine.order_by(Passkey.id)))


def get_own_passkey(viewer: Actor, ref: str) -> PasskeyLine:
    """Give one of the viewer's own passkeys; anybody else's is missing."""
    found = next((line for line in list_own_passkeys(viewer) if line.ref == ref), None)
    if found is None:
        raise Missing
    return found


def may_take_passkey(token: str) -> bool:
    """Say whether the session of a token waits for a second step that a passkey may take."""
    waits = (
        select(Passkey.id)
        .join(AccountSession, AccountSession.account_id == Passkey.account_id)
        .where(AccountSession.token_digest == token_digest(token), AccountSession.second == DUE)
        .where(AccountSession.ended_at.is_(None))
    )
    return reading().execute(waits.limit(1)).first() is not None


def get_new_secret(viewer: Actor, *, issuer: str) -> NewSecret:
    """Give the secret the viewer is setting up; one that was proved is never shown again."""
    row = (
        reading()
        .execute(
            select(SecondFactor.secret_sealed, Account.ref, Account.nickname)
            .join(Account, Account.id == SecondFactor.account_id)
            .where(SecondFactor.account_id == viewer.account_id, SecondFactor.proved_at.is_(None))
        )
        .one_or_none()
    )
    if row is None:
        raise Missing
    secret = unseal(row.secret_sealed, place=place_of(row.ref))
    groups = " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))
    return NewSecret(groups, address_of(secret, name=row.nickname, issuer=issuer))
