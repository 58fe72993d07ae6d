"""The nightly matching: once for each night, from 03:00 in Shanghai; what a stop cut off goes on at the next turn.

The run is kept in one transaction and each offer made in one of its own, so that a crash loses none and doubles none.
Lists and auction are made in a child process that ends: numba and the memory of the auction go with it.
"""

from collections.abc import Iterable
from datetime import date
from functools import partial

import structlog
from flask import current_app

from charity.adapters import clock
from charity.adapters.apart import run_apart
from charity.adapters.db import end_reading, reading
from charity.adapters.settings import Settings
from charity.domain.actors import SYSTEM
from charity.domain.invitations import night_of, seed_of
from charity.jobs.loop import Turn
from charity.matching.night import Night, Result, match
from charity.queries.matching.night import read_night
from charity.queries.matching.pending import find_night, list_pairs, list_unfinished
from charity.services import matching
from charity.services.circles.invitations import invite
from charity.services.matching import Fared, Figures, Pair

LONGEST, LESS_URGENT = 3_600.0, 5
_log = structlog.get_logger()


def _settings() -> Settings:
    return current_app.extensions["settings"]


def read() -> Night:
    """Read who may be invited now, and where."""
    night = read_night(reading(), clock.now())
    end_reading()  # the auction may take seconds: no transaction stays open meanwhile
    return night


def compute(seed: int, night: Night | None = None) -> Result:
    """Match now, or what was read before, by this seed, in a process of its own; writes nothing."""
    night = night or read()
    work = partial(match, night, seed=seed, fairness=_settings().match_fairness)
    return run_apart(work, name="night", seconds=LONGEST, nice=LESS_URGENT)


def figures(result: Result) -> Figures:
    """Give a result's figures."""
    found, night = result.assignment, result.night
    homes = len(night.circles)
    return Figures(
        seed=result.seed,
        code=result.code,
        weights=result.weights,
        engine=found.engine.value,
        epsilon=result.epsilon,
        fairness=result.fairness,
        input_digest=result.input_digest,
        result_digest=found.result_digest,
        value=found.value,
        utility=found.utility,
        bound=found.bound,
        donors=len(night.donors),
        households=homes,
        seats=int(night.slots.sum()),
        pairs=len(found.donor),
        listed=int(result.lists.listed.sum()),
        least_listed=int(result.lists.listed.min()) if homes else 0,
        alone=homes - len(set(found.household.tolist())),
    )


def keep(result: Result, *, day: date | None = None) -> str | None:
    """Keep a run; None when its night has one already."""
    return matching.record(SYSTEM, figures(result), pairs=_pairs(result), homes=_homes(result), day=day)


def _pairs(result: Result) -> list[Pair]:
    found, night = result.assignment, result.night
    return [
        Pair(int(night.donors.id[donor]), int(night.circles.id[home]), fit, place, int(found.price[home]))
        for donor, home, fit, place in zip(*_lists(found.donor, found.household, found.fit, found.place), strict=True)
    ]


def _lists(*columns: Iterable[int]) -> list[list[int]]:
    return [[int(value) for value in column] for column in columns]


def _homes(result: Result) -> list[Fared]:
    night = result.night
    columns = (night.homes, night.circles.id, result.lists.listed, night.slots, result.assignment.price)
    return [Fared(*row) for row in zip(*_lists(*columns), strict=True)]


def carry_out(run_ref: str) -> int:
    """Make a run's offers, up to the most of one run, and end it; gives how many were made now."""
    made, most = 0, _settings().match_offers
    for pair in list_pairs(run_ref):
        if made >= most:  # the service counts what was made before, or by another worker
            break
        try:
            made += invite(SYSTEM, pair, most=most)
        except Exception as error:  # one pair that cannot go on must not keep the others waiting
            _log.exception("invitation failed", kind=type(error).__name__)
    matching.finish(SYSTEM, run_ref)
    return made


def turn() -> int:
    """Carry out what was cut off, and run the night that has come; running it twice or late does no harm."""
    night = night_of(clock.now())
    done = sum(carry_out(ref) for ref in list_unfinished())
    if night is None or find_night(night) is not None:
        return 0
    found = read()
    if not len(found.donors) or not len(found.circles):
        return 0  # nobody to invite, or nowhere: an empty night is no run
    result = compute(seed_of(night), found)
    ref = keep(result, day=night)
    if ref is None:  # another worker was first
        return 0
    done += carry_out(ref)
    _log.info("matched", pairs=len(result.assignment.donor), value=result.assignment.value, offers=done)
    return 0


TURNS = (Turn("matching", 60.0, turn),)
