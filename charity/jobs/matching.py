"""The nightly matching: once for each night, from 03:00 in Shanghai; what a stop cut off goes on at the next turn.

The run is kept in one transaction and each offer made in one of its own, so that a crash loses none and doubles none.
Lists and auction are made in a child process that ends: numba and the memory of the auction go with it.
"""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Protocol

import structlog
from flask import current_app

from charity.adapters import clock
from charity.adapters.apart import run_apart
from charity.adapters.db import end_reading, reading
from charity.adapters.settings import Settings
from charity.domain.actors import SYSTEM, Actor
from charity.domain.invitations import night_of, seed_of
from charity.jobs.loop import Turn
from charity.matching.night import Night, Result, match
from charity.matching.pool import Pool, PoolResult, match_pool
from charity.queries.matching.night import read_night
from charity.queries.matching.pending import find_night, list_pairs, list_pool_pairs, list_unfinished
from charity.queries.matching.pool import read_pool
from charity.services import matching
from charity.services.circles.invitations import invite
from charity.services.matching import Fared, Figures, Pair, PoolFigures, PoolPair, PoolPart
from charity.services.pledges.night import offer_pair

LONGEST, LESS_URGENT = 3_600.0, 5
_log = structlog.get_logger()


class Offering(Protocol):
    """Makes an offer of one pair of a run; looks at each once."""

    def __call__(self, actor: Actor, pair_id: int, /, *, most: int) -> bool:
        """Give whether an offer was made."""
        ...


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


def read_intentions() -> Pool:
    """Read which intentions wait, and the wishes that fit each."""
    pool = read_pool(reading(), clock.now())
    end_reading()
    return pool


def compute_pool(seed: int, pool: Pool | None = None) -> PoolResult:
    """Match intentions with wishes by this seed, in a process of its own; writes nothing."""
    work = partial(match_pool, pool or read_intentions(), seed=seed, fairness=_settings().match_fairness)
    return run_apart(work, name="pool", seconds=LONGEST, nice=LESS_URGENT)


def pool_figures(result: PoolResult) -> PoolFigures:
    """Give the figures of the part for intentions."""
    found, pool = result.assignment, result.pool
    return PoolFigures(
        engine=found.engine.value,
        input_digest=result.input_digest,
        result_digest=found.result_digest,
        value=found.value,
        utility=found.utility,
        bound=found.bound,
        intentions=len(pool.intentions),
        wishes=len(pool.wishes),
        units=int(pool.slots.sum()),
        pairs=len(found.donor),
    )


def _pool_part(result: PoolResult | None) -> PoolPart | None:
    if result is None:
        return None
    found, pool = result.assignment, result.pool
    pairs = [
        PoolPair(int(pool.intentions.id[row]), int(pool.wishes.id[wish]), fit, place, int(found.price[wish]))
        for row, wish, fit, place in zip(*_lists(found.donor, found.household, found.fit, found.place), strict=True)
    ]
    return PoolPart(pool_figures(result), pairs)


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


def keep(result: Result, pool: PoolResult | None = None, *, day: date | None = None) -> str | None:
    """Keep a run with its part for intentions; None when its night has one already."""
    pairs, homes, part = _pairs(result), _homes(result), _pool_part(pool)
    return matching.record(SYSTEM, figures(result), pairs=pairs, homes=homes, day=day, pool=part)


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
    """Make a run's offers, up to the most of one run for seats and for wishes, and end it; gives how many now."""
    made = _each(list_pairs(run_ref), invite) + _each(list_pool_pairs(run_ref), offer_pair)
    matching.finish(SYSTEM, run_ref)
    return made


def _each(pairs: Iterable[int], offer: Offering) -> int:
    made, most = 0, _settings().match_offers
    for pair in pairs:
        if made >= most:  # the service counts what was made before, or by another worker
            break
        try:
            made += offer(SYSTEM, pair, most=most)
        except Exception as error:  # one pair that cannot go on must not keep the others waiting
            _log.exception("invitation failed", kind=type(error).__name__)
    return made


def turn() -> int:
    """Carry out what was cut off, and run the night that has come; running it twice or late does no harm."""
    night = night_of(clock.now())
    done = sum(carry_out(ref) for ref in list_unfinished())
    if night is None or find_night(night) is not None:
        return 0
    found, pool = read(), read_intentions()
    if not (len(found.donors) and len(found.circles)) and not len(pool.listed):
        return 0  # nobody to invite, or nowhere: an empty night is no run
    result, given = compute(seed_of(night), found), compute_pool(seed_of(night), pool)
    ref = keep(result, given, day=night)
    if ref is None:  # another worker was first
        return 0
    done += carry_out(ref)
    _log.info("matched", pairs=len(result.assignment.donor), value=result.assignment.value, offers=done)
    return 0


TURNS = (Turn("matching", 60.0, turn),)
