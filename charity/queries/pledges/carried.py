"""Parcels under way with whom they are for: what a volunteer's day and the papers of a hand-over are made of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.kinds import PledgeState
from charity.models.households import Household
from charity.models.pledges import Pledge, Slip
from charity.models.sites import Site
from charity.models.wishes import Wish
from charity.queries.pledges.cards import PledgeCard, card_of
from charity.queries.pledges.point import desk_query

MOST = 200
PRINTED_AT_ONCE = 100
UNDER_WAY = (PledgeState.SENT.value, PledgeState.AT_POINT.value, PledgeState.HANDED_OVER.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One pledge's parcel: for a family by its alias and the number of its card, for a site by its name."""

    card: PledgeCard
    whom: str
    household: str | None
    slips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedPage:
    """The parcels found; is_more when there are more than fit."""

    parcels: tuple[Carried, ...]
    is_more: bool


def list_carried(
    viewer: Actor, states: Collection[str] = UNDER_WAY, *, refs: Sequence[str] = (), most: int = MOST, part: int = 1
) -> CarriedPage:
    """List the parcels the viewer answers for in some states, the most urgent first; others he names are left out.

    A later part begins after so many times `most`.
    """
    query = desk_query(viewer).where(Pledge.state.in_(list(states)))
    if refs:
        query = query.where(Pledge.ref.in_(list(refs)[:most]))
    slips = select(func.count()).where(Slip.pledge_id == Pledge.id).correlate(Pledge).scalar_subquery()
    query = query.add_columns(
        Household.alias.label("home_alias"),
        Household.ref.label("home_ref"),
        Site.ref.label("site_ref"),
        Site.name_sealed,
        slips.label("slips"),
    )
    query = query.outerjoin(Household, Household.id == Wish.household_id).outerjoin(Site, Site.id == Wish.site_id)
    rows = reading().execute(query.order_by(Pledge.act_by, Pledge.id).offset((part - 1) * most).limit(most + 1)).all()
    return CarriedPage(parcels=tuple(_carried(row) for row in rows[:most]), is_more=len(rows) > most)


def count_parts(viewer: Actor) -> int:
    """Count in how many parts the papers of what waits to be handed over are printed."""
    waiting = desk_query(viewer).where(Pledge.state == PledgeState.AT_POINT.value)
    counted = waiting.with_only_columns(func.count(), maintain_column_froms=True)
    return -(-(reading().scalar(counted) or 0) // PRINTED_AT_ONCE)


def _carried(row: Any) -> Carried:
    whom = row.home_alias or unseal(row.name_sealed, place=f"sites.name:{row.site_ref}")
    return Carried(card=card_of(row), whom=whom, household=row.home_ref, slips=row.slips)
