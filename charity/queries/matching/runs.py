"""The runs of the nightly matching and their figures, for administrators; no donor and no household."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.matching import PARTS
from charity.domain.permissions import may_anywhere
from charity.models.matching import MatchPair, MatchRun

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run."""

    id: int
    ref: str
    day: date | None
    run_at: datetime
    is_done: bool
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
    offers: int

    @property
    def proven(self) -> int | None:
        """Give the thousandths of the best possible value that this run surely reaches; none without a pair."""
        return PARTS * self.value // self.bound if self.bound > 0 and self.pairs else None

    @property
    def reached(self) -> int | None:
        """Give the thousandths of households that got somebody; none where no household stood there."""
        return PARTS * (self.households - self.alone) // self.households if self.households else None

    @property
    def mean_fit(self) -> int | None:
        """Give the mean fit of its pairs; none without a pair."""
        return self.utility // self.pairs if self.pairs else None


@dataclass(frozen=True, slots=True)
class Runs:
    """A page of runs, and after which the next begins."""

    rows: tuple[Run, ...]
    next: int | None


def list_runs(viewer: Actor, *, before: int = 0) -> Runs:
    """List the runs, the newest first."""
    may_anywhere(viewer, "queue.read")
    query = _select().order_by(MatchRun.id.desc()).limit(PAGE + 1)
    rows = [_run(row) for row in reading().execute(query.where(MatchRun.id < before) if before else query)]
    return Runs(tuple(rows[:PAGE]), rows[PAGE - 1].id if len(rows) > PAGE else None)


def get_run(viewer: Actor, ref: str) -> Run:
    """Give one run."""
    may_anywhere(viewer, "queue.read")
    row = reading().execute(_select().where(MatchRun.ref == ref)).one_or_none()
    if row is None:
        raise Missing
    return _run(row)


def count_places(viewer: Actor, run_id: int) -> tuple[tuple[int, int], ...]:
    """Count a run's pairs by which helper they are: the first, the second ..."""
    may_anywhere(viewer, "queue.read")
    rows = reading().execute(
        select(MatchPair.place, func.count())
        .where(MatchPair.run_id == run_id)
        .group_by(MatchPair.place)
        .order_by(MatchPair.place)
    )
    return tuple((place, count) for place, count in rows)


def _select() -> Select[*tuple[Any, ...]]:
    plain = (name for name in Run.__slots__ if name != "is_done")
    return select(*(getattr(MatchRun, name) for name in plain), MatchRun.done_at.is_not(None).label("is_done"))


def _run(row: Any) -> Run:
    return Run(**row._mapping)
