"""Tokens for programs that act for an account; shown once, stored as a digest."""

from sqlalchemy import func, insert, select, update

from charity.adapters.crypto import digest, new_token, token_of
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import CapReached, Missing, NotPermitted, SignInNeeded
from charity.models.accounts import ApiToken
from charity.models.acts import act
from charity.models.second_factors import has_factor

MOST = 10
LONGEST_NAME = 40


def make_token(actor: Actor, *, name: str) -> str:
    """Make a token and give it; it is stored nowhere, so a second press of the button works out the same one."""
    once = actor.once
    token = new_token() if once is None else token_of("\x00".join((once.scope, once.method, once.path, once.key)))
    _make(actor, name, digest("token", token))
    return token


@act
def _make(tx: Tx, actor: Actor, name: str, token_digest: bytes) -> None:
    if not actor.is_signed_in:
        raise SignInNeeded
    if not actor.proved and (actor.withheld or has_factor(tx, actor.account_id)):
        raise NotPermitted("second-step-needed")
    running = (ApiToken.account_id == actor.account_id, ApiToken.ended_at.is_(None))
    if tx.session.execute(select(func.count()).select_from(ApiToken).where(*running)).scalar_one() >= MOST:
        raise CapReached("too-many-tokens", params={"most": MOST})
    tx.session.execute(
        insert(ApiToken).values(
            account_id=actor.account_id,
            token_digest=token_digest,
            name=name.strip()[:LONGEST_NAME],
            created_at=tx.now,
            proved=actor.proved,
        )
    )


@act
def end_token(tx: Tx, actor: Actor, token_id: int) -> None:
    """End one of one's own tokens; another's looks missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    ended = (
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.account_id == actor.account_id, ApiToken.ended_at.is_(None))
        .values(ended_at=tx.now)
        .returning(ApiToken.id)
    )
    if tx.session.execute(ended).one_or_none() is None:
        raise Missing
