"""Who is responsible in reality: for a family, for a child, for a village or a township."""

from datetime import date
from enum import StrEnum
from typing import Final

from charity.domain.errors import Conflict, Invalid
from charity.domain.regions import Level, level_of


class Duty(StrEnum):
    """What somebody is responsible for; one person at a time for each family, child or place."""

    OFFICIAL = "official"
    CLASS_TEACHER = "class-teacher"
    FIRST_SECRETARY = "first-secretary"
    CHILD_OFFICER = "child-officer"
    CHILD_SUPERVISOR = "child-supervisor"


OF_FAMILY: Final = (Duty.OFFICIAL, Duty.CLASS_TEACHER)
OF_LEVEL: Final = {
    Level.VILLAGE: (Duty.FIRST_SECRETARY, Duty.CHILD_OFFICER),
    Level.TOWNSHIP: (Duty.CHILD_SUPERVISOR,),
}


def duties_of_place(region: str) -> tuple[Duty, ...]:
    """List what somebody is responsible for in a region; nothing above the township."""
    return OF_LEVEL.get(level_of(region), ())


def may_follow(since: date, *, former: date | None, today: date) -> None:
    """Refuse a beginning that is still to come, or lies before that of whoever was responsible until now."""
    if since > today:
        raise Invalid("fact-in-future", field="since")
    if former is not None and since < former:
        raise Conflict("before-the-former", field="since")
