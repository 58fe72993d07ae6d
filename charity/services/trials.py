"""Asking for trials of the matching and of the weights, and keeping what came of them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import TooMany
from charity.domain.permissions import may
from charity.domain.trials import ABANDONED, MOST_WAITING, Alternative, TrialKind, TrialState, may_seed, may_try
from charity.models.acts import act
from charity.models.trials import MatchTrial

TRY = "match.try"


@dataclass(frozen=True, slots=True)
class Task:
    """A trial that a worker has taken."""

    ref: str
    kind: str
    region_code: str
    asked: str


@act
def ask_night(tx: Tx, actor: Actor, *, region: str, seed: int) -> str:
    """Ask what a matching of one's region would come to now; it invites nobody."""
    may_seed(seed)
    return _ask(tx, actor, region, TrialKind.NIGHT, {"seed": seed})


@act
def ask_weights(tx: Tx, actor: Actor, *, region: str, wanted: Alternative) -> str:
    """Ask how other weights of the lift would do in a synthetic year; the shipped ones stay as they are."""
    may_try(wanted)
    return _ask(tx, actor, region, TrialKind.WEIGHTS, asdict(wanted))


def _ask(tx: Tx, actor: Actor, region: str, kind: TrialKind, asked: Mapping[str, Any]) -> str:
    may(actor, TRY, region)
    waiting = select(func.count()).select_from(MatchTrial)
    waiting = waiting.where(MatchTrial.region_code == region, MatchTrial.state.in_((_WAITING, _RUNNING)))
    if tx.session.execute(waiting).scalar_one() >= MOST_WAITING:
        raise TooMany("trials-waiting", params={"most": MOST_WAITING})
    ref = new_ref()
    tx.session.execute(
        insert(MatchTrial).values(
            ref=ref,
            kind=kind.value,
            region_code=region,
            asked=json.dumps(asked, sort_keys=True),
            asked_at=tx.now,
            state=_WAITING,
        )
    )
    return ref


_WAITING, _RUNNING = TrialState.WAITING.value, TrialState.RUNNING.value


@act
def take(tx: Tx, _actor: Actor) -> Task | None:
    """Take the oldest trial that waits, or whose worker has gone; None when there is none, or another took it."""
    lost = and_(MatchTrial.state == _RUNNING, MatchTrial.started_at < tx.now - ABANDONED)
    due = or_(MatchTrial.state == _WAITING, lost)
    oldest = select(MatchTrial.id).where(due).order_by(MatchTrial.id).limit(1).with_for_update(skip_locked=True)
    row = tx.session.execute(
        update(MatchTrial)
        .where(MatchTrial.id.in_(oldest.scalar_subquery() if tx.is_sqlite else oldest), due)
        .values(state=_RUNNING, started_at=tx.now)
        .returning(MatchTrial.ref, MatchTrial.kind, MatchTrial.region_code, MatchTrial.asked)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else Task(*row)


@act
def finish(tx: Tx, _actor: Actor, ref: str, found: Mapping[str, Any] | None) -> None:
    """Keep what came of a trial; nothing means that it failed."""
    state = TrialState.FAILED if found is None else TrialState.DONE
    tx.session.execute(
        update(MatchTrial)
        .where(MatchTrial.ref == ref, MatchTrial.state == _RUNNING)
        .values(state=state.value, done_at=tx.now, found=None if found is None else json.dumps(found))
        .execution_options(synchronize_session=False)
    )
