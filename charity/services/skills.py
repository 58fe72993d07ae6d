"""Saying what one can give of hours, changing it, and having it forgotten."""

from collections.abc import Iterable

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import SignInNeeded
from charity.domain.skills import Skills, may_state_skills
from charity.models.acts import act
from charity.models.sides import lock_account
from charity.models.skills import forget_skills, write_skills


@act
def state(
    tx: Tx,
    actor: Actor,
    *,
    subjects: Iterable[str],
    modes: Iterable[str] = (),
    weekdays: Iterable[int] = (),
    hours: int | None = None,
) -> None:
    """State anew what one can teach or do; what is left out is open again."""
    _signed_in(actor)
    skills = Skills(subjects=frozenset(subjects), modes=frozenset(modes), weekdays=frozenset(weekdays), hours=hours)
    may_state_skills(skills)
    lock_account(tx, actor.account_id)
    write_skills(tx, actor.account_id, skills)


@act
def forget(tx: Tx, actor: Actor) -> None:
    """Delete what one said."""
    _signed_in(actor)
    forget_skills(tx, actor.account_id)


def _signed_in(actor: Actor) -> None:
    if not actor.is_signed_in:
        raise SignInNeeded
