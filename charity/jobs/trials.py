"""Carrying out trials of offices, one at a time, each in a process of its own: other turns go on meanwhile."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import structlog
from flask import current_app

from charity.adapters import clock
from charity.adapters.apart import Child, ChildFailed
from charity.adapters.db import end_reading, reading
from charity.adapters.settings import Settings
from charity.domain.actors import SYSTEM
from charity.domain.regions import Level, at_level
from charity.domain.trials import WISHES, Alternative, TrialKind
from charity.jobs.loop import Turn
from charity.jobs.matching import figures
from charity.matching.night import Night, Result, match
from charity.matching.simulation.demand import make_requests
from charity.matching.simulation.rules import RULES, Shipped
from charity.matching.simulation.table import compare
from charity.matching.simulation.visitors import visits
from charity.matching.simulation.world import Rule
from charity.queries.matching.night import read_night, read_regions
from charity.services import trials
from charity.services.trials import Task

LOOK_EVERY, LONGEST, LEAST_URGENT = 2.0, 600.0, 19
CHANGED = "changed"
_log = structlog.get_logger()


class Bench:
    """Holds the one trial that is being carried out."""

    def __init__(self) -> None:
        self._child: Child[dict[str, Any]] | None = None
        self._ref = ""

    def look(self) -> int:
        """Keep what has come of a trial, or begin the next; never waits for one."""
        if self._child is None:
            return self._begin()
        if self._child.is_running():
            return 0
        found, child, self._child = None, self._child, None
        try:
            found = child.answer()
        except ChildFailed as error:
            _log.error("trial failed", reason=str(error))
        trials.finish(SYSTEM, self._ref, found)
        return 1

    def _begin(self) -> int:
        task = trials.take(SYSTEM)
        if task is not None:
            self._ref, self._child = task.ref, Child(work_of(task), name=task.kind, seconds=LONGEST, nice=LEAST_URGENT)
        return 0


def work_of(task: Task) -> Callable[[], dict[str, Any]]:
    """Give what a process of its own is to do for a trial; what it needs of the database is read now."""
    asked = json.loads(task.asked)
    if task.kind == TrialKind.WEIGHTS.value:
        return partial(try_weights, Alternative(**asked))
    night = read_night(reading(), clock.now(), within=task.region_code)
    regions = read_regions(reading(), night)
    end_reading()
    settings: Settings = current_app.extensions["settings"]
    return partial(try_night, night, regions, asked["seed"], settings.match_fairness)


def try_night(night: Night, regions: tuple[str, ...], seed: int, fairness: int) -> dict[str, Any]:
    """Match, and say what came of it in figures and townships."""
    result = match(night, seed=seed, fairness=fairness)
    return {"figures": asdict(figures(result)), "townships": townships(result, regions)}


def townships(result: Result, regions: tuple[str, ...]) -> list[tuple[str, int, int, int, int]]:
    """Count families, seats, pairs and families without a donor in each township."""
    places = [at_level(region, Level.TOWNSHIP) for region in regions]
    pairs, families, seats, alone = (Counter[str]() for _ in range(4))
    got = Counter(int(row) for row in result.assignment.household)
    for row, (place, free) in enumerate(zip(places, result.night.slots.tolist(), strict=True)):
        families[place] += 1
        seats[place] += int(free)
        pairs[place] += got[row]
        alone[place] += got[row] == 0
    return [(place, families[place], seats[place], pairs[place], alone[place]) for place in sorted(families)]


def try_weights(wanted: Alternative) -> dict[str, Any]:
    """Let every rule, the shipped weights and the other ones, live through the same synthetic year."""
    low, high = (int(each) for each in wanted.sizes.split("-"))
    demand = make_requests(WISHES, sizes=(low, high), seed=wanted.seed)
    coming = visits(demand, load=wanted.load / 100, seed=wanted.seed)
    rules: dict[str, Rule] = {**RULES, CHANGED: Shipped(wanted.weights())}
    rows = compare(demand, coming, rules, sizes=wanted.sizes, load=wanted.load / 100, seed=wanted.seed)
    return {"rows": [asdict(row) for row in rows]}


_bench = Bench()
TURNS = (Turn("trials", LOOK_EVERY, _bench.look),)
