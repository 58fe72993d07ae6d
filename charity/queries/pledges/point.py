"""The parcels of a service point: what is on its way, what to hand over, what the household has yet to confirm."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.clocks import ClockName
from charity.domain.errors import Missing, NotPermitted, SignInNeeded
from charity.domain.kinds import MEETS_AT_POINT, Kind, PledgeState
from charity.domain.limits import DEFAULTS
from charity.domain.pledges import UNDO_WITHIN, Act, acts_in
from charity.domain.pool import DESK_ACTS, DESK_STATES, PoolAct, is_of_county, pool_act_of
from charity.domain.sides import Who, is_for
from charity.models.desks import has_volunteer
from charity.models.households import Household
from charity.models.pledges import Pledge, PledgeStep, Slip
from charity.models.points import ServicePoint
from charity.models.pooling import is_answered_for
from charity.models.sites import Site
from charity.models.slips import Signer, list_handlers, list_signers
from charity.models.wishes import Wish
from charity.queries.pledges.cards import PledgeCard, Stop, card_of, cards, in_pool_of, list_steps, stops_of, within
from charity.queries.pledges.own import ParcelLine, list_cases, list_parcels, may_appeal

MOST = 100
HANDLED = ("sent", "at_point", "handed_over")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDesk:
    """All that lies before a volunteer, by what is to be done."""

    arriving: tuple[PledgeCard, ...]
    to_attest: tuple[PledgeCard, ...]
    waiting: tuple[PledgeCard, ...]
    unconfirmed: tuple[PledgeCard, ...]
    is_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPledge:
    """One pledge at its point, and what may be done with it now."""

    card: PledgeCard
    stops: tuple[Stop, ...]
    parcels: tuple[ParcelLine, ...]
    whom: str
    household: str | None
    acts: frozenset[str]
    may_undo: bool
    has_phone: bool
    codes_locked: bool
    slips: int
    may_thank: bool
    may_appeal: bool


def list_desk(viewer: Actor, *, code: str = "") -> PointDesk:
    """List the parcels the viewer answers for, or those with a parcel code."""
    query = desk_query(viewer, *Kind)
    wanted = "".join(code.split()).upper()
    if wanted:
        query = query.where(Pledge.parcel_code == wanted)
    rows = reading().execute(query.order_by(Pledge.act_by, Pledge.id).limit(MOST + 1)).all()
    found = [card_of(row) for row in rows[:MOST]]
    return PointDesk(
        arriving=tuple(card for card in found if card.state == "sent" and card.kind == Kind.GOODS.value),
        to_attest=tuple(card for card in found if card.state == "sent" and card.kind == Kind.SERVICE.value),
        waiting=tuple(card for card in found if card.state == "at_point"),
        unconfirmed=tuple(card for card in found if card.state == "handed_over"),
        is_more=len(rows) > MOST,
    )


def desk_query(viewer: Actor, *kinds: Kind) -> Any:
    """Ask for the parcels under way (or other kinds) for which the viewer answers, to be narrowed."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    field, town = viewer.regions(Role.VOLUNTEER), viewer.regions(Role.REVIEWER)
    if not field and not town:
        raise NotPermitted("role-needed")
    query = _columns().where(Pledge.state.in_(HANDLED), _is_of(kinds or (Kind.GOODS,)))
    pooled = and_(in_pool_of(town), Pledge.state.in_([state.value for state in sorted(DESK_STATES)]))
    # What no volunteer answers for is asked of the database: a busy town's other parcels must not crowd it out.
    on_desk = and_(
        or_(ServicePoint.keeper_id == viewer.account_id, within(town), pooled), ~is_answered_for(clock.now())
    )
    return query.where(or_(_is_fields_own(viewer, field), on_desk))


def _is_of(kinds: tuple[Kind, ...]) -> ColumnElement[bool]:
    """Give the condition that a pledge is of these kinds, and in a state in which its field side has to do with it."""
    field = [kind.value for kind in kinds if kind in MEETS_AT_POINT]
    others = [kind.value for kind in kinds if kind not in MEETS_AT_POINT]
    to_confirm = and_(Pledge.kind.in_(others), Pledge.state == PledgeState.HANDED_OVER.value)
    return or_(Pledge.kind.in_(field), to_confirm)


def _columns() -> Any:
    return cards().add_columns(
        Pledge.clock_started_at,
        ServicePoint.keeper_id,
        ServicePoint.region_code.label("point_region"),
        Wish.household_id,
        Wish.site_id,
        Wish.poster_id,
    )


def _is_fields_own(viewer: Actor, field: tuple[str, ...]) -> ColumnElement[bool]:
    """Give the condition that a parcel is of a volunteer's own places, as `_is_fields` says of one."""
    if not field:
        return false()
    return or_(ServicePoint.keeper_id == viewer.account_id, within(field))


def _is_fields(viewer: Actor, row: Any, field: tuple[str, ...]) -> bool:
    places = [place for place in (row.region, row.point_region) if place]
    if any(place.startswith(region) for region in field for place in places):
        return True
    return row.keeper_id == viewer.account_id and bool(field)


def _is_on_desk(row: Any) -> bool:
    if (row.kind, row.clock) == (Kind.SERVICE.value, ClockName.ARRIVAL.value):  # unattested in time
        return True
    now = clock.now()
    return not has_volunteer(
        reading(),
        regions=[place for place in (row.region, row.point_region) if place],
        keeper_id=row.keeper_id,
        waiting_since=row.clock_started_at or now,
        now=now,
    )


def get_point_pledge(viewer: Actor, ref: str) -> PointPledge:
    """Give one pledge to whoever handles its parcels; to anybody else it is missing."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    row = reading().execute(_columns().where(Pledge.ref == ref)).one_or_none()
    field = viewer.regions(Role.VOLUNTEER)
    if row is None:
        raise Missing
    card = card_of(row)
    may_undo = _may_undo(viewer, row.id, card.state)
    is_mine = _is_fields(viewer, row, field) or _is_townships(viewer, row)
    is_pooled = not is_mine and _is_pools(viewer, row)
    # Whoever took it out of the pool sees it as long as he may undo what he did.
    if not (is_mine or is_pooled or (may_undo and is_of_county(viewer, row.region))):
        raise Missing
    home = _home(row)
    acts = {act.value for act in acts_in(Kind(card.kind), PledgeState(card.state))} & _FIELDS
    acts -= {act.value for act in _AT_THE_END if not is_for(Kind(card.kind), act, _who(viewer, row, field))}
    if row.household_id is None:
        acts -= {Act.ACKNOWLEDGE.value}
    if not is_mine:
        acts &= {act.value for act in DESK_ACTS} if is_pooled else set()
    return PointPledge(
        card=card,
        stops=stops_of(card, list_steps(row.id)),
        parcels=list_parcels(row.id),
        whom=home[0],
        household=home[1] if is_mine or is_pooled else None,
        acts=frozenset(acts),
        may_undo=may_undo,
        has_phone=home[2],
        codes_locked=home[3],
        slips=_count_slips(row.id),
        may_thank=is_mine and card.state == PledgeState.CONFIRMED.value,
        may_appeal=is_mine and may_appeal(list_cases(row.id)),
    )


_AT_THE_END = (Act.RECEIVE, Act.HAND_OVER, Act.RETURN)


def _who(viewer: Actor, row: Any, field: tuple[str, ...]) -> Who:
    """Give the capacity in which the viewer handles a pledge, as services/pledges/field.py does."""
    if row.keeper_id == viewer.account_id:
        return Who.KEEPER
    return Who.VOLUNTEER if _is_fields(viewer, row, field) else Who.DESK


_FIELDS = frozenset(
    act.value for act in (Act.RECEIVE, Act.HAND_OVER, Act.RETURN, Act.ACKNOWLEDGE, Act.SLIP, Act.DISPUTE)
)


def list_site_signers(viewer: Actor, ref: str) -> tuple[Signer, ...]:
    """List who with an account may sign for the school or village of a pledge the viewer handles."""
    get_point_pledge(viewer, ref)
    row = reading().execute(_columns().where(Pledge.ref == ref)).one()
    places = [place for place in (row.region, row.point_region) if place]
    but = list_handlers(reading(), row.id) | {row.poster_id}
    return list_signers(reading(), places, row.keeper_id, but=but, now=clock.now())


def _is_pools(viewer: Actor, row: Any) -> bool:
    waits_for = pool_act_of(Kind(row.kind), PledgeState(row.state)) if row.in_county_pool else None
    return waits_for is PoolAct.FIELD and is_of_county(viewer, row.region) and _is_on_desk(row)


def _is_townships(viewer: Actor, row: Any) -> bool:
    return viewer.holds(Role.REVIEWER, row.region) and _is_on_desk(row)


def _home(row: Any) -> tuple[str, str | None, bool, bool]:
    """Say whom a parcel is for: a family by its alias, a site by its name; and which ways to acknowledge are open."""
    if row.household_id is None:
        site = reading().execute(select(Site.ref, Site.name_sealed).where(Site.id == row.site_id)).one()
        return unseal(site.name_sealed, place=f"sites.name:{site.ref}"), None, False, False
    home = (
        reading()
        .execute(
            select(Household.alias, Household.ref, Household.relative_phone_digest, Household.wrong_codes).where(
                Household.id == row.household_id
            )
        )
        .one()
    )
    return home.alias, home.ref, home.relative_phone_digest is not None, home.wrong_codes >= DEFAULTS.wrong_codes


def _may_undo(viewer: Actor, pledge_id: int, state: str) -> bool:
    since: datetime = clock.now() - timedelta(seconds=UNDO_WITHIN.total_seconds())
    last = (
        reading()
        .execute(
            select(PledgeStep.actor_id, PledgeStep.taken_at)
            .where(
                PledgeStep.pledge_id == pledge_id,
                PledgeStep.to_state == state,
                PledgeStep.act.in_((Act.RECEIVE.value, Act.HAND_OVER.value)),
            )
            .order_by(PledgeStep.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return last is not None and last.actor_id == viewer.account_id and last.taken_at >= since


def _count_slips(pledge_id: int) -> int:
    return reading().execute(select(func.count()).select_from(Slip).where(Slip.pledge_id == pledge_id)).scalar_one()
