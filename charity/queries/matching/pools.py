"""The part of a nightly run that gave intentions to wishes: its figures and proof; no donor and no wish."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.matching import PARTS
from charity.domain.permissions import may_anywhere
from charity.models.match_pools import MatchPool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFigures:
    """What a run found for the intentions of its night."""

    run_id: int
    intentions: int
    wishes: int
    units: int
    pairs: int
    offers: int
    value: int
    utility: int
    bound: int
    engine: str
    input_digest: str
    result_digest: str

    @property
    def proven(self) -> int | None:
        """Give the thousandths of the best possible value that it surely reaches; none without a pair."""
        return PARTS * self.value // self.bound if self.bound > 0 and self.pairs else None

    @property
    def mean_fit(self) -> int | None:
        """Give the mean fit of its pairs; none without a pair."""
        return self.utility // self.pairs if self.pairs else None


def list_pools(viewer: Actor, runs: Iterable[int]) -> dict[int, PoolFigures]:
    """Give the part for intentions of some runs, by run; a night without intentions has none."""
    may_anywhere(viewer, "queue.read")
    rows = reading().execute(_select().where(MatchPool.run_id.in_(list(runs)))).mappings()
    return {row["run_id"]: PoolFigures(**row) for row in rows}


def _select() -> Select[*tuple[Any, ...]]:
    return select(*(getattr(MatchPool, name) for name in PoolFigures.__slots__))
