"""A clock that runs: when it began, when it is due, and the next moment to remind whoever must act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from charity.domain.clocks import CLOCKS, Clock, ClockName, clocks_of, duration_of
from charity.domain.durations import LEAST_AFTER_DISPUTE, Duration, Pause, due_at, elapsed, notice_times
from charity.domain.kinds import Kind, PledgeState

# Nobody needs to be told at once of these two: they only watch the post.
SILENT = frozenset({ClockName.TRACE, ClockName.ARRIVAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What makes a clock longer for this pledge."""

    by_organisation: bool = False
    made_to_order: bool = False
    is_remote: bool = False
    family_away: bool = False
    extended: bool = False

    def longer(self, name: ClockName) -> bool:
        """Say whether the longer time of a clock stands here."""
        if name is ClockName.SEND:
            return self.made_to_order
        if name is ClockName.HAND_OVER:
            return self.family_away
        return name is ClockName.ARRIVAL and self.is_remote


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One running clock."""

    name: ClockName
    started_at: datetime
    due: datetime
    remind_at: datetime | None


def started(
    clock: Clock,
    at: datetime,
    pauses: Iterable[Pause] = (),
    *,
    circumstances: Circumstances | None = None,
    left: Duration | None = None,
    now: datetime | None = None,
) -> Running:
    """Start a clock (or see it anew, with `now`): `left` replaces its length after a dispute."""
    given = circumstances or Circumstances()
    length = left or duration_of(
        clock,
        by_organisation=given.by_organisation,
        longer=given.longer(clock.name),
        extended=given.extended and clock.name is ClockName.SEND,
    )
    due = due_at(at, length, pauses)
    return Running(
        name=clock.name, started_at=at, due=due, remind_at=next_reminder(clock.name, at, due, after=now or at)
    )


def next_reminder(name: ClockName, start: datetime, due: datetime, *, after: datetime) -> datetime | None:
    """Give the first reminder not before a moment; None when all are told."""
    if name in SILENT:
        return None
    return next((notice.at for notice in notice_times(start, due) if notice.at >= after), None)


def first_clock(kind: Kind, state: PledgeState) -> Clock | None:
    """Give the clock that starts when a pledge enters a state."""
    clocks = clocks_of(kind, state)
    return clocks[0] if clocks else None


def following(name: ClockName, kind: Kind, state: PledgeState) -> Clock | None:
    """Give the clock that goes on in the same state when one has run out."""
    chain = [clock for clock in CLOCKS if clock.state is state and kind in clock.kinds]
    names = [clock.name for clock in chain]
    place = names.index(name) + 1 if name in names else len(chain)
    return chain[place] if place < len(chain) else None


def left_of(clock: Clock, *, now: datetime, due: datetime, pauses: Iterable[Pause] = ()) -> Duration:
    """Give what is left of a clock that a dispute stops, at least the 7 days with which it resumes."""
    left = elapsed(now, due, working=clock.duration.working, pauses=pauses) if due > now else timedelta(0)
    least = LEAST_AFTER_DISPUTE.span
    if left < least:
        return LEAST_AFTER_DISPUTE
    return Duration(left, clock.duration.working)
