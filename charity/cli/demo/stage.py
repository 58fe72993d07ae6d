"""What every step of the story needs at hand: the time, chance, the people, the places and the pictures."""

from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from charity.cli.demo.cast import Cast
from charity.cli.demo.families import Home
from charity.cli.demo.pictures import Pictures
from charity.cli.demo.places import Grounds
from charity.cli.demo.timeline import Timeline
from charity.domain.actors import Actor
from charity.domain.regions import township_of


@dataclass(slots=True, kw_only=True)
class Told:
    """A wish of the story."""

    ref: str
    region: str
    poster: Actor
    wanted: int
    home: Home | None = None
    taken: int = 0

    @property
    def left(self) -> int:
        """Give the units nobody has claimed, as far as the story knows."""
        return self.wanted - self.taken


@dataclass(slots=True, kw_only=True)
class Stage:
    """The story while it is told."""

    time: Timeline
    chance: Random
    cast: Cast
    grounds: Grounds
    pictures: Pictures
    waiting: list[tuple[Actor, str]] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)  # verified, and without a circle

    def somebody(self) -> Actor:
        """Choose a giver who is there by now: some give much more often than others."""
        donors = self.cast.donors
        weights = list(accumulate(1 / (place + 12) for place in range(len(donors))))
        return donors[min(bisect(weights, self.chance.random() * weights[-1]), len(donors) - 1)]

    def keeper(self, wish: Told) -> Actor:
        """Give who handles a wish's parcels: the keeper of the township's point."""
        return self.cast.keepers[township_of(wish.region)]

    def reviewer(self, wish: Told) -> Actor:
        """Choose one of the township's reviewers."""
        return self.chance.choice(self.cast.reviewers[township_of(wish.region)])

    def reviewers(self, wish: Told) -> tuple[Actor, Actor]:
        """Give two reviewers of the township in some order."""
        first, second = self.chance.sample(self.cast.reviewers[township_of(wish.region)], 2)
        return first, second
