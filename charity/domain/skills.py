"""What a donor says he can give of hours: subjects, the way, days of the week, how many at once."""

from dataclasses import dataclass

from charity.domain.errors import Invalid
from charity.domain.service import MOST_HOURS, SUBJECTS, Mode

WEEK = 7
WEEKDAYS: tuple[int, ...] = tuple(range(1, WEEK + 1))  # Monday is 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """What one donor can teach or do; of ways, days and hours an empty field means: any."""

    subjects: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()
    weekdays: frozenset[int] = frozenset()
    hours: int | None = None  # for one wish; the form of a claim begins with it


NO_SKILLS = Skills()


def may_state_skills(skills: Skills) -> None:
    """Refuse what the site does not know, and ways or days without a subject: Invalid, naming the field."""
    if not skills.subjects:
        raise Invalid("skills-missing", field="subjects")
    if not skills.subjects <= set(SUBJECTS):
        raise Invalid("subject-unknown", field="subjects")
    if not skills.modes <= set(Mode):
        raise Invalid("mode-unknown", field="modes")
    if not skills.weekdays <= set(WEEKDAYS):
        raise Invalid("weekday-unknown", field="weekdays")
    if skills.hours is not None and not 1 <= skills.hours <= MOST_HOURS:
        raise Invalid("hours-at-once-out-of-range", field="hours", params={"most": MOST_HOURS})
