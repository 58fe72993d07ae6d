"""How long a question about who speaks for an organisation waits for its office, and when it ends unanswered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from charity.domain.durations import Pause, due_at, next_notice, working_days

# As a review: after five working days it is overdue, there and with the offices around it. A yes much later would be
# one to a question nobody remembers: after twenty it has ended, and may be asked again.
ANSWER_WITHIN: Final = working_days(5)
ENDS_AFTER: Final = working_days(20)


@dataclass(frozen=True, slots=True)
class OfficerTimes:
    """Until when a question is to be answered, and when it ends unanswered."""

    act_by: datetime
    ends_at: datetime


def times_of(asked_at: datetime, pauses: Iterable[Pause] = ()) -> OfficerTimes:
    """Count both moments from the asking; paused days of the organisation's region do not count."""
    stopped = tuple(pauses)
    return OfficerTimes(due_at(asked_at, ANSWER_WITHIN, stopped), due_at(asked_at, ENDS_AFTER, stopped))


def reminder_of(asked_at: datetime, times: OfficerTimes, *, now: datetime) -> datetime | None:
    """Give the next moment to remind the office: at half time, a day before; None when all is told."""
    return next_notice(asked_at, times.act_by, after=now)
