"""The story's clock: what happens is put down with its moment and told in order, the clock held at each."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random

from charity.adapters import clock
from charity.domain.calendar import SHANGHAI, day_start, local

Deed = Callable[[], object]
WAKES, SLEEPS = 7, 22
DAYS = 124


class Timeline:
    """Moments between the story's beginning and now, in which people do things."""

    def __init__(self, now: datetime, chance: Random) -> None:
        self.end = now
        self.start = day_start(local(now).date() - timedelta(days=DAYS))
        self.now = self.start
        self.chance = chance
        self._number = count()
        self._waiting: list[tuple[datetime, int, Deed]] = []

    def put(self, moment: datetime, deed: Deed) -> None:
        """Let something happen at a moment; what would lie in the future never happens."""
        if moment < self.end:
            heapq.heappush(self._waiting, (max(moment, self.now), next(self._number), deed))

    def later(self, deed: Deed, *, least: float, most: float) -> None:
        """Let something happen some days from now, at an hour when people are awake."""
        self.put(self.awake(self.now + timedelta(days=self.chance.uniform(least, most))), deed)

    def ago(self, days: float) -> datetime:
        """Give the moment so many days before the story's end."""
        return self.end - timedelta(days=days)

    def awake(self, moment: datetime) -> datetime:
        """Move a moment of the night to the day."""
        seen = moment.astimezone(SHANGHAI)
        if WAKES <= seen.hour < SLEEPS:
            return moment
        minutes = self.chance.randrange(0, 180)
        morning = seen.replace(hour=WAKES, minute=0, second=seen.second) + timedelta(minutes=minutes)
        return morning + timedelta(days=1 if seen.hour >= SLEEPS else 0)

    def every_third_day(self, deed: Deed) -> None:
        """Let something happen every third morning before anybody is up."""
        moment = self.start + timedelta(hours=5)
        while moment < self.end:
            self.put(moment, deed)
            moment += timedelta(days=3)

    def tell(self, *, shown: Callable[[float], None]) -> None:
        """Let everything happen in order."""
        whole = self.end - self.start
        while self._waiting:
            moment, _, deed = heapq.heappop(self._waiting)
            self.now = moment
            with clock.hold(moment):
                deed()
            shown((moment - self.start) / whole)
