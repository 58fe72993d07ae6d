"""Lengths of time and when they are over: calendar and working days of Asia/Shanghai, standing still on paused days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from charity.domain.calendar import DAY, day_end, day_of, day_start, is_weekday


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of unpaused time; working time runs on Monday to Friday only."""

    span: timedelta
    working: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Days, both included, on which all clocks of a region stand still."""

    first: date
    last: date


def hours(count: int) -> Duration:
    """Give a duration in hours."""
    return Duration(timedelta(hours=count))


def days(count: int) -> Duration:
    """Give a duration in calendar days."""
    return Duration(timedelta(days=count))


def working_days(count: int) -> Duration:
    """Give a duration in working days."""
    return Duration(timedelta(days=count), working=True)


def started_on(day: date) -> datetime:
    """Give the start of a clock that is counted from an agreed date or the end of a harvest: when that day is over."""
    return day_end(day)


def due_at(start: datetime, duration: Duration, pauses: Iterable[Pause] = ()) -> datetime:
    """Tell when a duration has run from a start, standing still on paused days."""
    stopped = tuple(pauses)
    left, moment = duration.span, start
    while True:
        day = day_of(moment)
        tomorrow = day_end(day)
        if not _runs(day, duration, stopped):
            moment = tomorrow
        elif left <= tomorrow - moment:
            return moment + left
        else:
            left, moment = left - (tomorrow - moment), tomorrow


def elapsed(start: datetime, end: datetime, *, working: bool = False, pauses: Iterable[Pause] = ()) -> timedelta:
    """Tell how much unpaused time lies between two instants."""
    stopped, measure = tuple(pauses), Duration(timedelta(0), working)
    total, moment = timedelta(0), start
    while moment < end:
        day = day_of(moment)
        until = min(day_end(day), end)
        if _runs(day, measure, stopped):
            total += until - moment
        moment = until
    return total


def _runs(day: date, duration: Duration, pauses: tuple[Pause, ...]) -> bool:
    if duration.working and not is_weekday(day):
        return False
    return not any(pause.first <= day <= pause.last for pause in pauses)


LEAST_AFTER_DISPUTE = days(7)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A clock after a dispute: count `left` from the moment it resumed, and again whenever pauses change."""

    left: Duration
    due: datetime


def resume(
    now: datetime, *, stopped_at: datetime, due: datetime, working: bool = False, pauses: Iterable[Pause] = ()
) -> Resumed:
    """Start a clock again that a dispute stopped, with what was left and at least 7 days."""
    stopped = tuple(pauses)
    left = Duration(elapsed(stopped_at, due, working=working, pauses=stopped), working)
    resumed = due_at(now, left, stopped)
    least = due_at(now, LEAST_AFTER_DISPUTE, stopped)
    return Resumed(left, resumed) if resumed >= least else Resumed(LEAST_AFTER_DISPUTE, least)


class NoticeMoment(StrEnum):
    """When the one who must act is told."""

    AT_ONCE = "at-once"
    HALF_TIME = "half-time"
    LAST_DAY = "last-day"


@dataclass(frozen=True, slots=True)
class NoticeTime:
    """One notice of a deadline and when it leaves."""

    moment: NoticeMoment
    at: datetime


def notice_times(start: datetime, due: datetime) -> tuple[NoticeTime, ...]:
    """List a deadline's notices in order; short clocks skip those that would coincide with an earlier one."""
    times = [NoticeTime(NoticeMoment.AT_ONCE, start), NoticeTime(NoticeMoment.HALF_TIME, start + (due - start) / 2)]
    last = due - DAY
    if last > times[-1].at:
        times.append(NoticeTime(NoticeMoment.LAST_DAY, last))
    return tuple(times)


def next_notice(start: datetime, due: datetime, *, after: datetime) -> datetime | None:
    """Give the first notice of a deadline that comes after a moment; None when all is told."""
    return next((notice.at for notice in notice_times(start, due) if notice.at > after), None)


def next_working_day(day: date, pauses: Iterable[Pause] = ()) -> date:
    """Give the first working day after a day."""
    return day_of(due_at(day_start(day + DAY), Duration(timedelta(microseconds=1), working=True), pauses))
