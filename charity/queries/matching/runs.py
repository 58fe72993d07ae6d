"""The runs of the nightly matching and their figures, for administrators; no donor and no household."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, or_, select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.matching import PARTS
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.regions import WIDTHS, Level
from charity.models.circles import Circle
from charity.models.matching import MatchHousehold, MatchPair, MatchRun

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
class Township:
    """How the families of one township fared in a matching."""

    region: str
    families: int
    seats: int
    pairs: int
    alone: int


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


def list_townships(viewer: Actor, run_id: int) -> tuple[Township, ...]:
    """Count a run's families, seats, pairs and families without a donor in each township of one's regions."""
    may_anywhere(viewer, "queue.read")
    place = func.substr(Circle.region_code, 1, WIDTHS[Level.TOWNSHIP])
    paired = select(MatchPair.circle_id, func.count().label("pairs")).where(MatchPair.run_id == run_id)
    got = paired.group_by(MatchPair.circle_id).subquery()
    rows = reading().execute(
        select(
            place.label("region"),
            func.count(),
            func.sum(MatchHousehold.seats),
            func.coalesce(func.sum(got.c.pairs), 0),
            func.count(case((got.c.pairs.is_(None), 1))),
        )
        .select_from(MatchHousehold)
        .join(Circle, Circle.id == MatchHousehold.circle_id)
        .outerjoin(got, got.c.circle_id == MatchHousehold.circle_id)
        .where(
            MatchHousehold.run_id == run_id,
            or_(*(Circle.region_code.startswith(region) for region in regions_for(viewer, "queue.read"))),
        )
        .group_by(place)
        .order_by(place)
    )
    return tuple(Township(row[0], *(int(count) for count in row[1:])) for row in rows)


def _select() -> Select[*tuple[Any, ...]]:
    plain = (name for name in Run.__slots__ if name != "is_done")
    return select(*(getattr(MatchRun, name) for name in plain), MatchRun.done_at.is_not(None).label("is_done"))


def _run(row: Any) -> Run:
    return Run(**row._mapping)
