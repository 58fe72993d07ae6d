"""A volunteer's day on one page: what to collect, to hand over, to chase and to renew, the most urgent first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.kinds import PledgeState
from charity.models.households import Consent, Household
from charity.queries.desk_lists import consents_ending
from charity.queries.pledges.carried import Carried, list_carried
from charity.queries.stages import list_stages_due
from charity.queries.wishes.own import OwnWish, list_own

MOST_FAMILIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyDue:
    """A family by its alias in which consents run out: how many, and when the first."""

    ref: str
    alias: str
    region: str
    consents: int
    first_ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """All that waits for one volunteer now."""

    collect: tuple[Carried, ...]
    hand_over: tuple[Carried, ...]
    chase: tuple[Carried, ...]
    wishes: tuple[OwnWish, ...]
    returned: int
    families: tuple[FamilyDue, ...]
    stages: int
    overdue: int
    slips_missing: int
    is_more: bool

    @property
    def to_renew(self) -> int:
        """Count what is to be asked again."""
        return len(self.wishes) + len(self.families) + self.stages

    @property
    def is_quiet(self) -> bool:
        """Say whether nothing waits."""
        return not (self.collect or self.hand_over or self.chase or self.to_renew or self.returned)


def get_today(viewer: Actor) -> Today:
    """Gather a volunteer's day; everything lies in his own places."""
    found = list_carried(viewer)
    todo = list_own(viewer, "todo").wishes
    chase = _in(found.parcels, PledgeState.HANDED_OVER)
    return Today(
        collect=_in(found.parcels, PledgeState.SENT),
        hand_over=_in(found.parcels, PledgeState.AT_POINT),
        chase=chase,
        wishes=tuple(wish for wish in todo if wish.is_to_renew),
        returned=sum(1 for wish in todo if wish.state == "returned"),
        families=_families(viewer),
        stages=len(list_stages_due(viewer)),
        overdue=sum(1 for parcel in found.parcels if parcel.card.is_overdue),
        slips_missing=sum(1 for parcel in chase if not parcel.slips),
        is_more=found.is_more,
    )


def _in(parcels: tuple[Carried, ...], state: PledgeState) -> tuple[Carried, ...]:
    return tuple(parcel for parcel in parcels if parcel.card.state == state.value)


def _families(viewer: Actor) -> tuple[FamilyDue, ...]:
    """List the families whose consents end within 60 days, the first to end first."""
    regions = viewer.regions(Role.VOLUNTEER)
    if not regions:
        return ()
    ask = consents_ending(regions, clock.now()).add_columns(Household.ref).group_by(Household.ref)
    rows: Any = reading().execute(ask.order_by(func.min(Consent.valid_until), Household.id).limit(MOST_FAMILIES))
    return tuple(
        FamilyDue(
            ref=row.ref, alias=row.alias, region=row.region, consents=row.consents, first_ends_on=row.first_ends_on
        )
        for row in rows
    )
