"""The rules that are compared: the shipped score, and what other sites do."""

import numpy as np

from charity.domain.matching import WEIGHTS, Weights
from charity.matching import scores
from charity.matching.columns import Asked, Ints, Subjects
from charity.matching.simulation.world import Rule, World

_BEFORE = 10**6


class Shipped(Rule):
    """The score of the wall: fit and lift as they are shipped."""

    name = "shipped"
    asks_units = True

    def __init__(self, weights: Weights = WEIGHTS) -> None:
        """Take the weights of the lift; others than the shipped ones only to compare."""
        self._weights = weights

    def of_wish(self, world: World, rows: Ints) -> Ints:
        """Give the lift."""
        return scores.lift(world.demand.subjects.need[rows], world.standings(rows), self._weights)

    def of_visitor(self, asked: Asked, subjects: Subjects, fit: Ints) -> Ints:
        """Give the fit."""
        return fit


class Newest(Rule):
    """The newest first."""

    name = "newest"

    def of_wish(self, world: World, rows: Ints) -> Ints:
        """Give the day; on one day the latest."""
        return world.demand.day[rows] * 100_000 + rows


class Popular(Rule):
    """The most helped first."""

    name = "popular"

    def of_wish(self, world: World, rows: Ints) -> Ints:
        """Give the number of helpers."""
        return world.helpers[rows]


class Preference(Rule):
    """The best fit first, nothing else."""

    name = "preference"

    def of_wish(self, world: World, rows: Ints) -> Ints:
        """Owe nothing to any wish."""
        return np.zeros(len(rows), np.int64)

    def of_visitor(self, asked: Asked, subjects: Subjects, fit: Ints) -> Ints:
        """Give the fit."""
        return fit


def _agreeing(asked: Asked, subjects: Subjects) -> Ints:
    """Count what agrees of place and kind, a wall's usual filters; the list goes on with what agrees less."""
    count = np.zeros(len(subjects), np.int64)
    for low, high in asked.places:
        count += (subjects.county >= low) & (subjects.county < high)
    return count + ((asked.kinds >> subjects.kind.astype(np.int64)) & 1)


class FilterNewest(Newest):
    """The donor's filter, then the newest."""

    name = "filter-newest"

    def of_visitor(self, asked: Asked, subjects: Subjects, fit: Ints) -> Ints:
        """Put agreeing wishes before all others."""
        return _agreeing(asked, subjects) * _BEFORE * 1000


class FilterUrgent(Rule):
    """The donor's filter, then the nearest deadline."""

    name = "filter-urgent"

    def of_wish(self, world: World, rows: Ints) -> Ints:
        """Give the days left, the fewest first."""
        return world.today - world.demand.day[rows] - world.demand.days[rows]

    def of_visitor(self, asked: Asked, subjects: Subjects, fit: Ints) -> Ints:
        """Put agreeing wishes before all others."""
        return _agreeing(asked, subjects) * _BEFORE


RULES: dict[str, Rule] = {
    rule.name: rule for rule in (Newest(), Popular(), FilterNewest(), FilterUrgent(), Preference(), Shipped())
}
