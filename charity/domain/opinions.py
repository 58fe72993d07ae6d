"""Four eyes: which acts need a second person's yes, who may give it, and how long it is good."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from charity.domain.actors import Role
from charity.domain.regions import Level, is_code, level_of
from charity.domain.second_factor import NEEDS

LIVES: Final = timedelta(hours=48)
GIVERS: Final = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
# Lists that name people; the list of wishes says nothing about anybody, nor who posted them.
PERSONAL_TABLES: Final = frozenset({"pledges", "people"})


class OpinionAct(StrEnum):
    """What one person may not do alone."""

    ROLE = "role-grant"
    EXPORT = "export"
    UNMASK = "unmask"
    STEP_RESET = "step-reset"
    RETENTION = "retention"


class OpinionState(StrEnum):
    """How far a question has come."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    USED = "used"
    EXPIRED = "expired"


def needs_second_yes(role: Role, region: str) -> bool:
    """Say whether a role is given by two people: those that decide about other people's files, rights and gifts.

    A volunteer opens the files of his places: of more than a township nobody is made one by one person alone.
    """
    return role in NEEDS or (role is Role.VOLUNTEER and level_of(region) < Level.TOWNSHIP)


def common_region(regions: Iterable[str]) -> str:
    """Give the smallest region that contains all of some regions; "" is the whole country."""
    codes = list(regions)
    shared = min(codes, default="")
    while shared and not (is_code(shared) and all(code.startswith(shared) for code in codes)):
        shared = shared[:-1]
    return shared
