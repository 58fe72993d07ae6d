"""Reported concerns: what may be taken out of sight because of one, by whom, and how far one has come in public."""

import re
from enum import StrEnum
from typing import Final

from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing, SignInNeeded
from charity.domain.regions import Level, county_of, level_of

_PAGE: Final = re.compile(r"/(wishes|circles)/([0-9a-z]{13})(?:[/?#].*)?", re.ASCII)
WITHIN_SECONDS: Final = 60  # so soon after the act nothing of it is seen any more, whatever was kept where


class Scope(StrEnum):
    """How much is taken out of sight."""

    PHOTO = "photo"
    THING = "thing"
    EVERYTHING = "everything"  # all wishes and circles of the same family or site


class ConcernState(StrEnum):
    """How far a concern has come, as everybody may read who has its number."""

    RECEIVED = "received"
    LOOKED_INTO = "looked-into"
    UPHELD = "upheld"
    UNFOUNDED = "unfounded"


def about(page: str) -> tuple[str, str] | None:
    """Read which wish or circle a page is about: ("wish" or "circle", reference); None for any other page."""
    found = _PAGE.fullmatch(page)
    return None if found is None else ("wish" if found[1] == "wishes" else "circle", found[2])


def may_take_down(actor: Actor, region: str) -> None:
    """Let reviewers of a place act, and those of its county: what may harm a child does not wait for office hours."""
    if not actor.is_signed_in:
        raise SignInNeeded
    county = county_of(region) if level_of(region) > Level.COUNTY else region
    mine = actor.regions(Role.REVIEWER)
    if not any(region.startswith(held) or held.startswith(county) for held in mine):
        raise Missing


def state_of(ruling: str, *, is_looked_into: bool) -> ConcernState:
    """Say how far a concern has come."""
    if ruling in ("upheld", "unfounded"):
        return ConcernState(ruling)
    return ConcernState.LOOKED_INTO if is_looked_into else ConcernState.RECEIVED
