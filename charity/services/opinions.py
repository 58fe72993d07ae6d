"""Second opinions: saying yes or no to what another asked for, and taking a question back."""

from sqlalchemy import ColumnElement, select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Missing, NotPermitted
from charity.domain.opinions import OpinionState
from charity.domain.permissions import may
from charity.ledger.opinions import note
from charity.models.acts import act
from charity.models.outbox import notify
from charity.models.second_opinions import SecondOpinion

GIVE = "opinion.give"


@act
def agree(tx: Tx, actor: Actor, ref: str) -> None:
    """Say yes: the asker may now carry out exactly this, once, within what is left of the 48 hours."""
    _decide(tx, actor, ref, OpinionState.AGREED, "opinion.agreed", "second-opinion-given")


@act
def refuse(tx: Tx, actor: Actor, ref: str) -> None:
    """Say no: it stays undone."""
    _decide(tx, actor, ref, OpinionState.REFUSED, "opinion.refused", "second-opinion-refused")


def _decide(tx: Tx, actor: Actor, ref: str, state: OpinionState, kind: str, notice: str) -> None:
    asked = _find(tx, ref)
    may(actor, GIVE, asked.region_code)
    if actor.account_id in (asked.asker_id, asked.subject_id):
        raise NotPermitted("not-ones-own-question")
    open_still = (
        update(SecondOpinion)
        .where(SecondOpinion.id == asked.id, SecondOpinion.state == OpinionState.OPEN.value)
        .where(SecondOpinion.expires_at > tx.now)
        .values(state=state.value, decided_by_id=actor.account_id, decided_at=tx.now)
        .returning(SecondOpinion.id)
    )
    if tx.session.execute(open_still).one_or_none() is None:
        raise Conflict("question-not-open")
    note(tx, kind, asked.ref, asked.act, asked.region_code)
    notify(tx, account_id=asked.asker_id, kind=notice, params={})


@act
def withdraw(tx: Tx, actor: Actor, ref: str) -> None:
    """Take one's own question back; another's looks missing."""
    asked = _find(tx, ref)
    if not actor.is_signed_in or asked.asker_id != actor.account_id:
        raise Missing
    if not _end(tx, asked, OpinionState.WITHDRAWN, SecondOpinion.expires_at > tx.now):
        raise Conflict("question-not-open")
    note(tx, "opinion.withdrawn", asked.ref, asked.act, asked.region_code)


@act
def expire(tx: Tx, actor: Actor, ref: str) -> bool:
    """End a question whose 48 hours are over; False where it came to an end of its own."""
    del actor
    asked = _find(tx, ref)
    if not _end(tx, asked, OpinionState.EXPIRED, SecondOpinion.expires_at <= tx.now):
        return False
    note(tx, "opinion.expired", asked.ref, asked.act, asked.region_code)
    return True


def _end(tx: Tx, asked: SecondOpinion, state: OpinionState, when: ColumnElement[bool]) -> bool:
    """End a question that waits, or whose yes was not used; False where it does not."""
    waiting = SecondOpinion.state.in_([OpinionState.OPEN.value, OpinionState.AGREED.value])
    ended = update(SecondOpinion).where(SecondOpinion.id == asked.id, waiting, when).values(state=state.value)
    return tx.session.execute(ended.returning(SecondOpinion.id)).one_or_none() is not None


def _find(tx: Tx, ref: str) -> SecondOpinion:
    asked = tx.session.scalars(select(SecondOpinion).where(SecondOpinion.ref == ref)).one_or_none()
    if asked is None:
        raise Missing
    return asked
