"""In what capacity somebody may act at a service point, and for which pledges a reviewer may act."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.clocks import ClockName
from charity.domain.errors import Missing, SignInNeeded
from charity.domain.kinds import Kind
from charity.domain.permissions import is_allowed
from charity.domain.pool import PoolAct, is_of_county, may_take_out, pool_act_of
from charity.domain.regions import contains
from charity.domain.sides import Who
from charity.models.desks import has_volunteer
from charity.models.moving import PledgeRow
from charity.models.pooling import is_check_in_pool
from charity.services.pledges.moves import Doer
from charity.services.pledges.receivers import officer_doer


def field_doer(tx: Tx, actor: Actor, pledge: PledgeRow) -> Doer:
    """Give the capacity in which the actor handles a pledge's parcels; to anybody else the pledge looks missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if pledge.kind is Kind.MONEY:  # no volunteer stands between the organisation and the household
        return officer_doer(tx, actor, pledge)
    place = pledge.point_region or pledge.region_code
    is_keeper = pledge.keeper_id == actor.account_id and _near(actor, place)
    if is_keeper:
        return Doer(actor.account_id, Who.KEEPER)
    if actor.holds(Role.VOLUNTEER, place) or actor.holds(Role.VOLUNTEER, pledge.region_code):
        return Doer(actor.account_id, Who.VOLUNTEER)
    reviews_here = actor.holds(Role.REVIEWER, pledge.region_code) or _is_pooled_for(actor, pledge, PoolAct.FIELD)
    if reviews_here and is_on_desk(tx, pledge):
        return Doer(actor.account_id, Who.DESK)
    raise Missing


def undoing_doer(tx: Tx, actor: Actor, pledge: PledgeRow, *, done_by: int | None) -> Doer:
    """Give the capacity to undo one's own act: whoever took it out of the county's pool corrects it himself, too."""
    if pledge.kind is Kind.MONEY:
        return officer_doer(tx, actor, pledge)
    if done_by == actor.account_id and is_of_county(actor, pledge.region_code) and is_on_desk(tx, pledge):
        return Doer(actor.account_id, Who.DESK)
    return field_doer(tx, actor, pledge)


def _is_pooled_for(actor: Actor, pledge: PledgeRow, waits_for: PoolAct) -> bool:
    return (
        pledge.in_county_pool
        and pool_act_of(pledge.kind, pledge.state) is waits_for
        and is_of_county(actor, pledge.region_code)
    )


def _near(actor: Actor, place: str) -> bool:
    """Say whether the actor's term as a volunteer touches a point's region: one of its villages will do."""
    return any(contains(region, place) or contains(place, region) for region in actor.regions(Role.VOLUNTEER))


def is_on_desk(tx: Tx, pledge: PledgeRow) -> bool:
    """Say whether no volunteer answers for a pledge's parcels any more, so that the township does.

    Hours that nobody attested in time are the township's at once, whoever keeps the point.
    """
    if pledge.kind is Kind.SERVICE and pledge.clock == ClockName.ARRIVAL.value:
        return True
    return not has_volunteer(
        tx.session,
        regions=[pledge.region_code, *([pledge.point_region] if pledge.point_region else [])],
        keeper_id=pledge.keeper_id,
        waiting_since=pledge.clock_started_at or tx.now,
        now=tx.now,
    )


def reviewer_doer(actor: Actor, pledge: PledgeRow) -> Doer:
    """Give a reviewer's capacity to confirm: of the region, or of the county once the pledge is in its pool."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if is_allowed(actor, "pledge.confirm", pledge.region_code) or _is_pooled_for(actor, pledge, PoolAct.CONFIRM):
        return Doer(actor.account_id, Who.REVIEWER)
    raise Missing


def checker_doer(tx: Tx, actor: Actor, pledge: PledgeRow) -> Doer:
    """Give a reviewer's capacity to check a code: of the region, or of the county once the check is in its pool."""
    if not is_allowed(actor, "pledge.confirm", pledge.region_code):
        may_take_out(actor, pledge.region_code, is_pooled=is_check_in_pool(tx, pledge.id))
    return Doer(actor.account_id, Who.REVIEWER)
