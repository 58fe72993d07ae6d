"""A volunteer's day on one page: what to collect, hand over, attest, ship, bring, chase and renew, urgent first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import false, func, or_, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.kinds import Kind, PledgeState
from charity.models.households import Consent, Household
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.produce import ProduceBatch, ProducePart
from charity.queries.circles.letters import LetterToBring, list_to_bring
from charity.queries.desk_lists import consents_ending
from charity.queries.payees import ToTell, list_to_tell
from charity.queries.pledges.cards import PledgeCard, card_of, cards
from charity.queries.pledges.carried import Carried, list_carried
from charity.queries.pledges.point import desk_query
from charity.queries.stages import list_stages_due
from charity.queries.wishes.own import OwnWish, count_returned, list_to_renew

MOST_FAMILIES = 50
MOST = 100


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
    attest: tuple[PledgeCard, ...]  # hours that were given at his points
    tell: tuple[ToTell, ...]  # families whose account was changed by the township
    ship: tuple[PledgeCard, ...]  # purchases from the batches he has listed
    letters: tuple[LetterToBring, ...]  # of donors to families of his villages
    chase: tuple[Carried, ...]
    wishes: tuple[OwnWish, ...]
    returned: int
    families: tuple[FamilyDue, ...]
    stages: int
    overdue: int
    slips_missing: int
    is_more: bool
    more_attest: bool
    more_ship: bool
    more_letters: bool
    more_wishes: bool
    more_families: bool

    @property
    def to_renew(self) -> int:
        """Count what is to be asked again."""
        return len(self.wishes) + len(self.families) + self.stages

    @property
    def is_quiet(self) -> bool:
        """Say whether nothing waits."""
        parcels = self.collect or self.hand_over or self.chase
        others = self.attest or self.tell or self.ship or self.letters
        return not (parcels or others or self.to_renew or self.returned)


def get_today(viewer: Actor) -> Today:
    """Gather a volunteer's day; everything lies in his own places."""
    found, attest, ship, families = list_carried(viewer), _to_attest(viewer), _to_ship(viewer), _families(viewer)
    wishes, letters = list_to_renew(viewer, most=MOST + 1), list_to_bring(viewer, limit=MOST + 1)
    chase = _in(found.parcels, PledgeState.HANDED_OVER)
    return Today(
        collect=_in(found.parcels, PledgeState.SENT),
        hand_over=_in(found.parcels, PledgeState.AT_POINT),
        attest=attest[:MOST],
        tell=list_to_tell(viewer),
        ship=ship[:MOST],
        chase=chase,
        letters=letters[:MOST],
        wishes=wishes[:MOST],
        returned=count_returned(viewer),
        families=families[:MOST_FAMILIES],
        stages=len(list_stages_due(viewer)),
        overdue=sum(1 for parcel in found.parcels if parcel.card.is_overdue),
        slips_missing=sum(1 for parcel in chase if not parcel.slips),
        is_more=found.is_more,
        more_attest=len(attest) > MOST,
        more_ship=len(ship) > MOST,
        more_letters=len(letters) > MOST,
        more_wishes=len(wishes) > MOST,
        more_families=len(families) > MOST_FAMILIES,
    )


def _in(parcels: tuple[Carried, ...], state: PledgeState) -> tuple[Carried, ...]:
    return tuple(parcel for parcel in parcels if parcel.card.state == state.value)


def _to_attest(viewer: Actor) -> tuple[PledgeCard, ...]:
    """List hours that were given: the keeper of the point attests them, and no other volunteer of the village."""
    query = desk_query(viewer, Kind.SERVICE).where(Pledge.kind == Kind.SERVICE.value)
    query = query.where(Pledge.state == PledgeState.SENT.value, ServicePoint.keeper_id == viewer.account_id)
    rows = reading().execute(query.order_by(Pledge.act_by, Pledge.id).limit(MOST + 1))
    return tuple(card_of(row) for row in rows)


def _to_ship(viewer: Actor) -> tuple[PledgeCard, ...]:
    """List the purchases that wait for the seller's side, of batches in the villages where he is a volunteer now."""
    here = or_(false(), *(ProduceBatch.region_code.startswith(held) for held in viewer.regions(Role.VOLUNTEER)))
    own = select(ProducePart.wish_id).join(ProduceBatch, ProduceBatch.id == ProducePart.batch_id)
    own = own.where(ProduceBatch.poster_id == viewer.account_id, here)
    query = cards().where(Pledge.state == PledgeState.PLANNED.value, Pledge.wish_id.in_(own))
    rows = reading().execute(query.order_by(Pledge.act_by, Pledge.id).limit(MOST + 1))
    return tuple(card_of(row) for row in rows)


def _families(viewer: Actor) -> tuple[FamilyDue, ...]:
    """List the families whose consents end within 60 days, the first to end first."""
    regions = viewer.regions(Role.VOLUNTEER)
    if not regions:
        return ()
    ask = consents_ending(regions, clock.now()).add_columns(Household.ref).group_by(Household.ref)
    rows: Any = reading().execute(ask.order_by(func.min(Consent.valid_until), Household.id).limit(MOST_FAMILIES + 1))
    return tuple(
        FamilyDue(
            ref=row.ref, alias=row.alias, region=row.region, consents=row.consents, first_ends_on=row.first_ends_on
        )
        for row in rows
    )
