"""How long a recorded school stage is true: until the school year ends in which it was recorded."""

from datetime import date

FIRST_MONTH = 9  # a school year begins on 1 September


def year_begins(day: date) -> date:
    """Give the first day of the school year in which a day lies."""
    return date(day.year if day.month >= FIRST_MONTH else day.year - 1, FIRST_MONTH, 1)


def stage_until(recorded_on: date) -> date:
    """Give the last day on which a stage recorded on a day may be called the present one: the next 31 August."""
    return date(year_begins(recorded_on).year + 1, FIRST_MONTH - 1, 31)


def is_current(recorded_on: date | None, today: date) -> bool:
    """Say whether a stage recorded on a day still is the present one; of an unknown day it is not."""
    return recorded_on is not None and year_begins(recorded_on) <= today <= stage_until(recorded_on)


def shown_stage(stage: str | None, until: date | None, today: date) -> str | None:
    """Give the stage a page may show; one that no child grows out of (a class's) has no last day."""
    return stage if until is None or today <= until else None
