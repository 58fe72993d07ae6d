"""What happens to the wishes under one rule: lists of ten, choices, claims, lapses, deadlines.

A visitor takes one wish of his list or none, by a logit: taste x fit + appeal + a pull towards the nearly complete,
less for lower places, against staying away. One claim in ten lapses after three days. A card counts as seen with the
chance that its place is looked at.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from charity.domain.matching import PARTS
from charity.matching import scores
from charity.matching.columns import Asked, Bools, Ints, Standings, Subjects
from charity.matching.simulation.demand import Demand, Floats
from charity.matching.simulation.visitors import Visits

LIST = 10
# staying away is set so that six visits in ten give under preference alone, as loads are reckoned
TASTE, APPEAL, NEARLY, AWAY = 4.0, 0.5, 0.5, 4.2
LOOKED_AT = 0.9 ** np.arange(LIST)
LAPSE, LAPSE_DAYS = 0.1, 3


@dataclass(slots=True)
class World:
    """How all wishes fare; changed by claims, lapses and shows."""

    demand: Demand
    taken: Ints = field(init=False)
    helpers: Ints = field(init=False)
    seen: Ints = field(init=False)
    shown_on: Ints = field(init=False)
    lag: Ints = field(init=False)
    today: int = 0

    def __post_init__(self) -> None:
        size = len(self.demand)
        self.taken, self.helpers, self.seen, self.lag = (np.zeros(size, np.int64) for _ in range(4))
        self.shown_on = np.full(size, -1, np.int64)

    def open_rows(self) -> Ints:
        """Give the wishes on the wall today."""
        age = self.today - self.demand.day
        return np.flatnonzero((age >= 0) & (age < self.demand.days) & (self.taken < self.demand.slots))

    def used(self, rows: Ints) -> Ints:
        """Give the thousandths of time used."""
        return (self.today - self.demand.day[rows]) * PARTS // self.demand.days[rows]

    def filled(self, rows: Ints) -> Ints:
        """Give the thousandths of units taken."""
        return self.taken[rows] * PARTS // self.demand.slots[rows]

    def standings(self, rows: Ints) -> Standings:
        """Say how wishes fare, as the shipped lift asks."""
        return Standings(
            used=self.used(rows),
            filled=self.filled(rows),
            has_helper=self.helpers[rows] > 0,
            seen=self.seen[rows],
            lag=self.lag[rows],
        )

    def begin_day(self, day: int) -> Ints:
        """Go to a day: reckon the regions' lags, and give the open wishes."""
        self.today = day
        rows = self.open_rows()
        self.lag[rows] = scores.region_lag(self.demand.region[rows], self.used(rows), self.filled(rows))
        return rows


class Rule:
    """A way to order the wall: `of_wish` changes with a wish and the day, `of_visitor` with who looks.

    Every rule shows what has a unit left; `asks_units`: what has left as many as the visitor stated to give at once.
    """

    name = ""
    asks_units = False

    def of_wish(self, world: World, rows: Ints) -> Ints:
        """Give each row's own points."""
        raise AssertionError

    def of_visitor(self, asked: Asked, subjects: Subjects, fit: Ints) -> Ints:
        """Give each row's points for one visitor, which go before its own where they are large."""
        del asked, subjects
        return np.zeros(len(fit), np.int64)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run."""

    taken: Ints
    unseen: Bools
    utility: Floats
    quality: Floats


def run(rule: Rule, demand: Demand, coming: Visits) -> Outcome:
    """Let all visits happen under a rule."""
    world, utility, quality = World(demand), np.zeros(len(coming)), np.zeros(len(coming))
    returns: dict[int, list[tuple[int, int]]] = defaultdict(list)
    bounds = np.searchsorted(coming.day, np.arange(int(coming.day[-1]) + 2))
    for day in range(int(coming.day[-1]) + 1):
        for row, units in returns.pop(day, ()):
            if day < demand.day[row] + demand.days[row]:
                world.taken[row] -= units
                world.helpers[row] -= 1
        wall = _Wall(world, rule, world.begin_day(day))
        for visit in range(int(bounds[day]), int(bounds[day + 1])):
            asked = coming.asked[visit]
            found = wall.serve(asked, float(coming.choice[visit]), int(coming.units[visit]))
            if found is None:
                continue
            row, fit, quality[visit] = found
            if row < 0:
                continue
            units = min(int(coming.gift[visit]), int(demand.slots[row] - world.taken[row]))
            utility[visit] = fit / PARTS
            if coming.lapse[visit] < LAPSE:
                returns[day + LAPSE_DAYS].append((row, units))
            wall.claim(row, units)
    unseen = (world.shown_on < 0) | (world.shown_on - demand.day > 7)
    return Outcome(world.taken, unseen, utility, quality)


class _Wall:
    """One day's wall."""

    def __init__(self, world: World, rule: Rule, rows: Ints) -> None:
        self._world, self._rule, self._rows = world, rule, rows
        self._subjects = world.demand.subjects.take(rows)
        self._own = rule.of_wish(world, rows).astype(np.int64)
        self._order = np.arange(len(rows))
        self._left = world.demand.slots[rows] - world.taken[rows]

    def serve(self, asked: Asked, choice: float, units: int) -> tuple[int, int, float] | None:
        """Show a list; gives the row taken (-1: none), its fit and the list's quality."""
        if not len(self._rows):
            return None
        fit = scores.fit(asked, self._subjects).astype(np.int64)
        is_shut = self._left < (units if self._rule.asks_units else 1)
        points = self._own + self._rule.of_visitor(asked, self._subjects, fit)
        key = np.where(is_shut, -(2**60), points * 2**16 - self._order)
        count = min(LIST, len(key))
        best = np.argpartition(-key, count - 1)[:count]
        best = best[np.argsort(-key[best])]
        best = best[~is_shut[best]]
        if not len(best):
            return None
        top = np.partition(np.where(is_shut, 0, fit), -len(best))[-len(best) :]
        quality = float((np.sort(fit[best])[::-1]).sum() / max(1, top.sum()))
        taken = self._choose(best, fit, choice)
        self._look(best)
        if taken < 0:
            return -1, 0, quality
        return int(self._rows[taken]), int(fit[taken]), quality

    def _choose(self, best: Ints, fit: Ints, choice: float) -> int:
        rows, world = self._rows[best], self._world
        pull = TASTE * fit[best] / PARTS + APPEAL * world.demand.appeal[rows] + NEARLY * world.filled(rows) / PARTS
        weight = np.exp(pull - AWAY) * LOOKED_AT[: len(best)]
        passed = np.cumsum(weight) / (weight.sum() + 1.0)
        at = int(np.searchsorted(passed, choice))
        return int(best[at]) if at < len(best) else -1

    def _look(self, best: Ints) -> None:
        world, rows = self._world, self._rows[best]
        world.seen[rows] += (PARTS * LOOKED_AT[: len(best)]).astype(np.int64)
        world.shown_on[rows] = np.where(world.shown_on[rows] < 0, world.today, world.shown_on[rows])
        self._own[best] = self._rule.of_wish(world, rows)

    def claim(self, row: int, units: int) -> None:
        """Take units of a row."""
        world, at = self._world, int(np.searchsorted(self._rows, row))
        world.taken[row] += units
        world.helpers[row] += 1
        self._left[at] -= units
        self._own[at] = self._rule.of_wish(world, np.array([row]))[0]
