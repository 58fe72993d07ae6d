"""A pledge as everybody concerned sees it: where it stands, who must act next, and by when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select

from charity.adapters.db import reading
from charity.domain.clocks import ClockName, get_clock
from charity.domain.kinds import LIVES, Kind, PledgeState
from charity.domain.regions import Level, county_of, level_of
from charity.models.accounts import Account
from charity.models.pledges import Pledge, PledgeStep
from charity.models.points import ServicePoint
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeCard:
    """One pledge in a list; codes, not words."""

    ref: str
    wish: str
    title: str
    kind: str
    beneficiary_kind: str
    county: str
    region: str
    units: int
    unit_label: str
    amount_fen: int
    display: str
    state: str
    clock: str | None
    must_act: str | None
    act_by: datetime | None
    is_overdue: bool
    in_county_pool: bool
    parcel_code: str | None
    claimed_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str
    donor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act that happened: what, by which side, when."""

    act: str
    state: str
    side: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One station of a pledge's way: done at a moment, being waited for, still ahead, or where the way broke off."""

    state: str
    mark: str
    at: datetime | None
    due: datetime | None


COLUMNS: tuple[Any, ...] = (
    Pledge.id,
    Pledge.ref,
    Wish.ref.label("wish"),
    Wish.title,
    Pledge.kind,
    Wish.beneficiary_kind,
    Wish.county,
    Pledge.region_code.label("region"),
    Pledge.units,
    Wish.unit_label,
    Pledge.amount_fen,
    Pledge.display,
    Pledge.state,
    Pledge.clock,
    Pledge.act_by,
    Pledge.is_overdue,
    Pledge.in_county_pool,
    Pledge.parcel_code,
    Pledge.claimed_at,
    Pledge.confirmed_at,
    Pledge.confirmed_by,
    Account.nickname.label("donor"),
)


def cards() -> Select[*tuple[Any, ...]]:
    """Give the query of cards, to be narrowed."""
    return (
        select(*COLUMNS)
        .join(Wish, Wish.id == Pledge.wish_id)
        .join(Account, Account.id == Pledge.account_id)
        .outerjoin(ServicePoint, ServicePoint.id == Pledge.point_id)
    )


def card_of(row: Any) -> PledgeCard:
    """Make a card of a row."""
    return PledgeCard(
        ref=row.ref,
        wish=row.wish,
        title=row.title,
        kind=row.kind,
        beneficiary_kind=row.beneficiary_kind,
        county=row.county,
        region=row.region,
        units=row.units,
        unit_label=row.unit_label,
        amount_fen=row.amount_fen,
        display=row.display,
        state=row.state,
        clock=row.clock,
        must_act=must_act(row.kind, row.clock),
        act_by=row.act_by,
        is_overdue=row.is_overdue,
        in_county_pool=row.in_county_pool,
        parcel_code=row.parcel_code,
        claimed_at=row.claimed_at,
        confirmed_at=row.confirmed_at,
        confirmed_by=row.confirmed_by,
        donor=row.donor,
    )


def must_act(kind: str, clock: str | None) -> str | None:
    """Name whom a running clock waits for; a parcel on its way waits for the point, whatever watches the post."""
    if clock is None:
        return None
    if clock == ClockName.TRACE.value:
        return "keeper"
    if kind == Kind.MONEY.value and clock == ClockName.ACKNOWLEDGE.value:
        return "reviewer"  # only the township's call-back confirms money
    if (kind, clock) == (Kind.SERVICE.value, ClockName.ARRIVAL.value):
        return "reviewer"
    return get_clock(ClockName(clock), Kind(kind)).must_act.value


def list_steps(pledge_id: int) -> tuple[Step, ...]:
    """List what happened to a pledge, oldest first."""
    return list_steps_of([pledge_id]).get(pledge_id, ())


def list_steps_of(pledge_ids: Sequence[int]) -> dict[int, tuple[Step, ...]]:
    """List what happened to each of some pledges, oldest first, in one question."""
    if not pledge_ids:
        return {}
    rows = reading().execute(
        select(
            PledgeStep.pledge_id,
            PledgeStep.act,
            PledgeStep.to_state,
            PledgeStep.side,
            PledgeStep.taken_at,
            PledgeStep.reason,
        )
        .where(PledgeStep.pledge_id.in_(list(pledge_ids)))
        .order_by(PledgeStep.id)
    )
    found: dict[int, list[Step]] = defaultdict(list)
    for number, act, state, side, at, reason in rows:
        found[number].append(Step(act=act, state=state, side=side, at=at, reason=reason))
    return {number: tuple(steps) for number, steps in found.items()}


def stops_of(card: PledgeCard, steps: tuple[Step, ...]) -> tuple[Stop, ...]:
    """Lay a pledge's way out as stations; a broken way ends where it broke."""
    path = [state.value for state in LIVES[Kind(card.kind)].path]
    reached = {step.state: step.at for step in steps}
    if card.state not in path:
        gone = [state for state in path if state in reached]
        stops = [Stop(state=state, mark="done", at=reached[state], due=None) for state in gone]
        return (*stops, Stop(state=card.state, mark="broken", at=reached.get(card.state), due=card.act_by))
    here = path.index(card.state)
    return tuple(_stop(card, state, place - here, reached.get(state)) for place, state in enumerate(path))


def _stop(card: PledgeCard, state: str, distance: int, at: datetime | None) -> Stop:
    if distance < 0 or (distance == 0 and state == PledgeState.CONFIRMED.value):
        return Stop(state=state, mark="done", at=at, due=None)
    if distance == 0:
        return Stop(state=state, mark="now", at=at, due=card.act_by)
    return Stop(state=state, mark="ahead", at=None, due=None)


def within(regions: tuple[str, ...]) -> Any:
    """Give the condition that a pledge lies in one of some regions, by its wish or by its point."""
    return or_(
        false(),
        *(
            or_(Pledge.region_code.startswith(region), ServicePoint.region_code.startswith(region))
            for region in regions
        ),
    )


def in_county_of(regions: tuple[str, ...]) -> Any:
    """Give the condition that a pledge lies in a county of some regions: there its reviewers reach the pool."""
    counties = sorted({county_of(region) for region in regions if level_of(region) >= Level.COUNTY})
    return or_(false(), *(Pledge.region_code.startswith(county) for county in counties))


def in_pool_of(regions: tuple[str, ...]) -> Any:
    """Give the condition that a pledge is in the county's pool that reviewers of some regions reach."""
    return and_(Pledge.in_county_pool.is_(True), in_county_of(regions))


def count_of(query: Select[*tuple[Any, ...]], most: int) -> int:
    """Count rows up to a number, so that counting never costs more than that."""
    return reading().execute(select(func.count()).select_from(query.limit(most).subquery())).scalar_one()
