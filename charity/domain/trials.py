"""Trials an office may run: a matching that invites nobody, and other weights of the lift beside the present ones."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from charity.domain.errors import Invalid
from charity.domain.matching import WEIGHTS, Weights

MOST_POINTS = 1_000
MOST_SEED = 999_999
MOST_WAITING = 5  # of a region, so that one office cannot keep the others waiting
WISHES = 2_000  # of the synthetic year
LOADS = (50, 80, 110)  # units offered for a hundred needed
SIZES = ("2-6", "3-9")
ABANDONED = timedelta(minutes=30)  # a trial begun so long ago has lost its worker


class TrialKind(StrEnum):
    """What is tried."""

    NIGHT = "night"
    WEIGHTS = "weights"


class TrialState(StrEnum):
    """How far a trial is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Weights of the lift to be compared with the present ones, and the year they are tried on."""

    pace: int = WEIGHTS.pace
    finish: int = WEIGHTS.finish
    first_helper: int = WEIGHTS.first_helper
    first_look: int = WEIGHTS.first_look
    region_lag: int = WEIGHTS.region_lag
    load: int = 80
    sizes: str = SIZES[0]
    seed: int = 0

    def weights(self) -> Weights:
        """Give the whole table; the points of the fit stay as they are."""
        return replace(
            WEIGHTS,
            version="tried",
            pace=self.pace,
            finish=self.finish,
            first_helper=self.first_helper,
            first_look=self.first_look,
            region_lag=self.region_lag,
        )


def may_try(wanted: Alternative) -> None:
    """Refuse weights, or a year, that cannot be tried."""
    for field in ("pace", "finish", "first_helper", "first_look", "region_lag"):
        if not 0 <= getattr(wanted, field) <= MOST_POINTS:
            raise Invalid("number-out-of-range", field=field, params={"least": 0, "most": MOST_POINTS})
    if wanted.load not in LOADS:
        raise Invalid("number-out-of-range", field="load", params={"least": LOADS[0], "most": LOADS[-1]})
    if wanted.sizes not in SIZES:
        raise Invalid("number-out-of-range", field="sizes", params={"least": 2, "most": 9})
    may_seed(wanted.seed)


def may_seed(seed: int) -> None:
    """Refuse a seed out of range."""
    if not 0 <= seed <= MOST_SEED:
        raise Invalid("number-out-of-range", field="seed", params={"least": 0, "most": MOST_SEED})
