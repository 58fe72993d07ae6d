"""Keeping the runs of the nightly matching; what follows from a run is the circles' own business."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.models.acts import act
from charity.models.match_pools import MatchPool, MatchPoolPair
from charity.models.matching import MatchHousehold, MatchPair, MatchRun

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What decided a run, what it is worth, and the proof."""

    seed: int
    code: str
    weights: str
    engine: str
    epsilon: int
    fairness: int
    input_digest: str
    result_digest: str
    value: int
    utility: int
    bound: int
    donors: int
    households: int
    seats: int
    pairs: int
    listed: int
    least_listed: int
    alone: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Who was given to which circle, as which helper, at what price."""

    account_id: int
    circle_id: int
    fit: int
    place: int
    price: int


@dataclass(frozen=True, slots=True)
class Fared:
    """How a household fared."""

    household_id: int
    circle_id: int
    listed: int
    seats: int
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFigures:
    """What decided a run's part for intentions, what it is worth, and the proof."""

    engine: str
    input_digest: str
    result_digest: str
    value: int
    utility: int
    bound: int
    intentions: int
    wishes: int
    units: int
    pairs: int


@dataclass(frozen=True, slots=True)
class PoolPair:
    """Which intention was given to which wish, as which helper, at what price."""

    intention_id: int
    wish_id: int
    fit: int
    place: int
    price: int


@dataclass(frozen=True, slots=True)
class PoolPart:
    """A run's part for intentions."""

    figures: PoolFigures
    pairs: Sequence[PoolPair]


@act
def record(
    tx: Tx,
    actor: Actor,
    figures: Figures,
    *,
    pairs: Sequence[Pair],
    homes: Sequence[Fared],
    day: date | None = None,
    pool: PoolPart | None = None,
) -> str | None:
    """Keep a run with its pairs and give its reference; None when that night has a run already."""
    del actor
    put = (sqlite.insert if tx.is_sqlite else postgresql.insert)(MatchRun)
    row = _row(figures)
    kept = tx.session.execute(
        put.values(ref=new_ref(), day=day, run_at=tx.now, offers=0, **row)
        .on_conflict_do_nothing(index_elements=["day"])
        .returning(MatchRun.id, MatchRun.ref)
    ).one_or_none()
    if kept is None:
        return None
    _put(tx, MatchPair, [{"run_id": kept.id, "outcome": "waiting", **_row(pair)} for pair in pairs])
    _put(tx, MatchHousehold, [{"run_id": kept.id, **_row(home)} for home in homes])
    if pool is not None:
        _put(tx, MatchPool, [{"run_id": kept.id, "offers": 0, **_row(pool.figures)}])
        _put(tx, MatchPoolPair, [{"run_id": kept.id, "outcome": "waiting", **_row(pair)} for pair in pool.pairs])
    return kept.ref


def _row(found: Figures | Pair | Fared | PoolFigures | PoolPair) -> dict[str, Any]:
    return {field: getattr(found, field) for field in type(found).__slots__}


def _put(tx: Tx, table: Any, rows: list[dict[str, object]]) -> None:
    for first in range(0, len(rows), AT_ONCE):
        tx.session.execute(insert(table), rows[first : first + AT_ONCE])


@act
def finish(tx: Tx, actor: Actor, run_ref: str) -> None:
    """End a run: no pair of it that still waits becomes an offer."""
    del actor
    number = tx.session.execute(select(MatchRun.id).where(MatchRun.ref == run_ref)).scalar_one()
    for table in (MatchPair, MatchPoolPair):
        waiting = update(table).where(table.run_id == number, table.outcome == "waiting")
        tx.session.execute(waiting.values(outcome="passed").execution_options(synchronize_session=False))
    tx.session.execute(
        update(MatchRun)
        .where(MatchRun.id == number, MatchRun.done_at.is_(None))
        .values(done_at=tx.now)
        .execution_options(synchronize_session=False)
    )
