"""The county's pool: what enters it and when, who may take it out, and for what a family's file opens to him."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from charity.domain.actors import Actor, Role
from charity.domain.durations import Pause, due_at, working_days
from charity.domain.errors import Missing, NotPermitted, SignInNeeded
from charity.domain.households import FilePurpose
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import Act
from charity.domain.regions import contains, county_of
from charity.domain.sides import Side


class PoolAct(StrEnum):
    """An act of the township that may wait in the county's pool."""

    REVIEW = "review"
    VERIFY = "verify"
    PRINT_CARD = "print-card"
    CONFIRM = "confirm"
    CHECK_CODE = "check-code"
    # What the township's desk does with a parcel whose volunteer is gone.
    FIELD = "field"


POOL_AFTER = working_days(3)
# Verifying a family is a review like that of a wish, so it is left undone after the same time.
VERIFY_WITHIN = working_days(5)
SIDE_IN_POOL: dict[PoolAct, Side] = {
    PoolAct.REVIEW: Side.TOWNSHIP,
    PoolAct.VERIFY: Side.TOWNSHIP,
    PoolAct.PRINT_CARD: Side.TOWNSHIP,
    PoolAct.CONFIRM: Side.TOWNSHIP,
    PoolAct.CHECK_CODE: Side.TOWNSHIP,
    PoolAct.FIELD: Side.FIELD,
}
# A card bears an alias only: printing one needs nobody's file.
PURPOSES_IN_POOL: dict[PoolAct, frozenset[FilePurpose]] = {
    PoolAct.REVIEW: frozenset({FilePurpose.REVIEW}),
    PoolAct.VERIFY: frozenset({FilePurpose.REVIEW}),
    PoolAct.PRINT_CARD: frozenset(),
    PoolAct.CONFIRM: frozenset({FilePurpose.CALL_BACK}),
    PoolAct.CHECK_CODE: frozenset({FilePurpose.CALL_BACK}),
    PoolAct.FIELD: frozenset({FilePurpose.DELIVERY}),
}
# Money and produce have no desk: their officers and buyers act themselves.
DESK_KINDS = frozenset({Kind.GOODS, Kind.SERVICE})
DESK_STATES = frozenset({PledgeState.SENT, PledgeState.AT_POINT})
DESK_ACTS = frozenset({Act.RECEIVE, Act.HAND_OVER, Act.RETURN})


def is_ripe(
    *, since: datetime, now: datetime, pauses: Iterable[Pause], is_anybody: bool, is_overdue: bool = False
) -> bool:
    """Say whether an act enters the pool: left undone after its clock, or nobody there may take it for three days."""
    return is_overdue or (not is_anybody and due_at(since, POOL_AFTER, pauses) <= now)


def pool_act_of(kind: Kind, state: PledgeState) -> PoolAct | None:
    """Name the township's act for which a pledge waits in this state; None when the township has none."""
    if state is PledgeState.HANDED_OVER:
        return PoolAct.CONFIRM
    if kind is Kind.PRODUCE and state is PledgeState.PLANNED:  # to be shipped, where nobody of the village does
        return PoolAct.FIELD
    return PoolAct.FIELD if kind in DESK_KINDS and state in DESK_STATES else None


def is_of_county(actor: Actor, region: str) -> bool:
    """Say whether the actor reviews somewhere in a region's county, or for the county itself."""
    county = county_of(region)
    return any(contains(county, held) for held in actor.regions(Role.REVIEWER))


def may_take_out(actor: Actor, region: str, *, is_pooled: bool) -> None:
    """Pass for a reviewer of the county while a thing is in its pool; to everybody else the thing looks missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if not (is_pooled and is_of_county(actor, region)):
        raise Missing


def purposes_in_pool(acts: Iterable[PoolAct]) -> frozenset[FilePurpose]:
    """List for what a family's file opens to somebody who takes these acts out of the pool."""
    return frozenset(purpose for act in acts for purpose in PURPOSES_IN_POOL[act])


def may_open_from_pool(acts: Iterable[PoolAct], purpose: FilePurpose) -> None:
    """Refuse a file for anything but the act that is in the pool."""
    if purpose not in purposes_in_pool(acts):
        raise NotPermitted("purpose-not-in-pool", field="purpose")
