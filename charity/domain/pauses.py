"""The pause calendar's rules: which days may be paused, and what is left of a pause that is taken back."""

from datetime import date, timedelta
from enum import StrEnum

from charity.domain.errors import Conflict, Invalid

# A disaster is often entered some days after it began; older clocks have run out for good.
LATE_BY = timedelta(days=7)
LONGEST = timedelta(days=92)
DAY = timedelta(days=1)


class PauseReason(StrEnum):
    """Why nobody can be asked to act."""

    FESTIVAL = "festival"
    SCHOOL_HOLIDAY = "school-holiday"
    MOUNTAIN_CLOSED = "mountain-closed"
    DISASTER = "disaster"


def may_pause(first: date, last: date, *, today: date) -> None:
    """Refuse days in the wrong order, too long past, or too many."""
    if last < first:
        raise Invalid("pause-order", field="ends_on")
    if last < today:
        raise Invalid("pause-over", field="ends_on")
    if first < today - LATE_BY:
        raise Invalid("pause-too-early", field="starts_on", params={"days": LATE_BY.days})
    if last - first >= LONGEST:
        raise Invalid("pause-too-long", field="ends_on", params={"days": LONGEST.days})


def last_day_kept(first: date, last: date, *, today: date) -> date | None:
    """Give the last day that stays paused when a pause is taken back today: days gone by cannot be un-paused."""
    if last < today:
        raise Conflict("pause-ended-already")
    return today - DAY if first < today else None
