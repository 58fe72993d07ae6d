"""Tokens for programs that act for an account; shown once, stored as a digest."""

from dataclasses import replace

from sqlalchemy import func, insert, select, update

from charity.adapters.crypto import digest, new_token
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import CapReached, Missing, SignInNeeded
from charity.models.accounts import ApiToken
from charity.models.acts import act

MOST = 10
LONGEST_NAME = 40


def make_token(actor: Actor, *, name: str) -> str:
    """Make a token and give it, this once."""
    return _make(replace(actor, once=None), name)  # the answer is not kept: it is the secret


@act
def _make(tx: Tx, actor: Actor, name: str) -> str:
    if not actor.is_signed_in:
        raise SignInNeeded
    running = (ApiToken.account_id == actor.account_id, ApiToken.ended_at.is_(None))
    if tx.session.execute(select(func.count()).select_from(ApiToken).where(*running)).scalar_one() >= MOST:
        raise CapReached("too-many-tokens", params={"most": MOST})
    token = new_token()
    tx.session.execute(
        insert(ApiToken).values(
            account_id=actor.account_id,
            token_digest=digest("token", token),
            name=name.strip()[:LONGEST_NAME],
            created_at=tx.now,
        )
    )
    return token


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
