"""Marking notices as read."""

from sqlalchemy import update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import SignInNeeded
from charity.models.acts import act
from charity.models.outbox import Notice
from charity.models.units import rows_of


@act
def mark_read(tx: Tx, actor: Actor, *, until: int) -> int:
    """Mark the actor's notices up to one as read, and give how many were unread."""
    if not actor.is_signed_in:
        raise SignInNeeded
    return rows_of(
        tx.session.execute(
            update(Notice)
            .where(Notice.account_id == actor.account_id, Notice.id <= until, Notice.read_at.is_(None))
            .values(read_at=tx.now)
        )
    )
