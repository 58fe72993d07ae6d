"""Statements about the county's pool: what nobody eligible in a township can take, what is in it, whom to tell."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, delete, exists, func, insert, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.clocks import ClockName
from charity.domain.consents import Purpose
from charity.domain.households import MAY_HAVE_WISHES, LifeState
from charity.domain.kinds import Kind, PledgeState
from charity.domain.payees import Wait
from charity.domain.pool import (
    DESK_KINDS,
    DESK_STATES,
    POOL_AFTER,
    SIDE_IN_POOL,
    VERIFY_WITHIN,
    PoolAct,
    is_of_county,
    pool_act_of,
)
from charity.domain.regions import WIDTHS, county_of
from charity.domain.sides import TERM, Side
from charity.models.accounts import Account, RoleGrant
from charity.models.consents import is_last_word
from charity.models.desks import SILENT_AFTER, is_in_term
from charity.models.households import CardCode, CodeCard, Consent, Household, HouseholdSide, Member, PooledAct
from charity.models.payee_clocks import is_too_late
from charity.models.payee_rows import sole_recorders
from charity.models.payees import Payee
from charity.models.pledges import CodeCheck, Pledge
from charity.models.points import ServicePoint
from charity.models.wishes import Wish

Column = InstrumentedAttribute[Any] | ColumnElement[Any]
# Of Household: how the tables of sides and pledges name it.
BENEFICIARY: ColumnElement[str] = literal("h").concat(cast(Household.id, String))
_IS_TO_VERIFY = or_(
    and_(Household.life_state == LifeState.IDENTIFIED.value, Household.verified_at.is_(None)),
    Household.life_state == LifeState.RELAPSE.value,
)


def is_on_other_side(now: datetime, account: Column, beneficiary: Column | str, side: Side) -> ColumnElement[bool]:
    """Give the condition that somebody took another side of a beneficiary than this one within a term."""
    return exists().where(
        HouseholdSide.account_id == account,
        HouseholdSide.beneficiary == beneficiary,
        HouseholdSide.side != side.value,
        HouseholdSide.last_at > now - TERM,
    )


def is_anybody(
    now: datetime, region: Column, beneficiary: Column, *more: ColumnElement[bool], side: Side = Side.TOWNSHIP
) -> ColumnElement[bool]:
    """Give the condition that a reviewer of a region's township may act for a beneficiary."""
    return exists().where(
        RoleGrant.role == Role.REVIEWER.value,
        RoleGrant.region_code.in_([func.substr(region, 1, 9), func.substr(region, 1, 12)]),
        Account.id == RoleGrant.account_id,
        is_in_term(now),
        ~is_on_other_side(now, RoleGrant.account_id, beneficiary, side),
        *more,
    )


def is_answered_for(now: datetime) -> ColumnElement[bool]:
    """Give the condition that a volunteer answers for a pledge's parcels, as models/desks.py says of one pledge."""
    widths = [width for width in WIDTHS.values() if width]
    theirs = or_(
        RoleGrant.region_code.in_([func.substr(Pledge.region_code, 1, width) for width in widths]),
        RoleGrant.region_code.in_([func.substr(ServicePoint.region_code, 1, width) for width in widths]),
        RoleGrant.account_id == ServicePoint.keeper_id,
    )
    is_fresh = or_(Pledge.clock_started_at.is_(None), Pledge.clock_started_at > now - SILENT_AFTER)
    is_unattested = and_(Pledge.kind == Kind.SERVICE.value, Pledge.clock == ClockName.ARRIVAL.value)
    return (
        exists()
        .where(
            ~is_unattested,
            RoleGrant.role == Role.VOLUNTEER.value,
            Account.id == RoleGrant.account_id,
            theirs,
            is_in_term(now),
            or_(is_fresh, Account.last_acted_at > now - SILENT_AFTER),
        )
        .correlate(Pledge, ServicePoint)
    )


def is_told_by_village(now: datetime) -> ColumnElement[bool]:
    """Give the condition that a volunteer may tell a family of its changed account: of its village, on no other side.

    Who wrote the account down or confirmed it may not, a change of a week ago is nobody's who was silent since, and
    what none of them did in time is no longer theirs alone.
    """
    widths = [width for width in WIDTHS.values() if width]
    return (
        exists()
        .where(
            RoleGrant.role == Role.VOLUNTEER.value,
            RoleGrant.region_code.in_([func.substr(Household.region_code, 1, width) for width in widths]),
            Account.id == RoleGrant.account_id,
            is_in_term(now),
            RoleGrant.account_id.not_in([Payee.recorded_by_id, func.coalesce(Payee.decided_by_id, 0)]),
            ~is_on_other_side(now, RoleGrant.account_id, BENEFICIARY, Side.FIELD),
            or_(Payee.recorded_at > now - SILENT_AFTER, Account.last_acted_at > now - SILENT_AFTER),
            ~is_too_late(Wait.VILLAGE).correlate(Payee),
        )
        .correlate(Payee, Household)
    )


def ripe_pledges(now: datetime) -> Select[str]:
    """Ask for pledges whose confirmation, or whose parcel on the township's desk, no reviewer there can take.

    A parcel on the desk that is overdue was merely left undone. Working days and pauses are counted of each one found.
    """
    # Who alone wrote down where money went is nobody who could call the family back about it.
    others = RoleGrant.account_id.not_in(sole_recorders().correlate(Pledge))
    to_confirm = and_(
        Pledge.state == PledgeState.HANDED_OVER.value,
        ~is_anybody(now, Pledge.region_code, Pledge.beneficiary, others),
    )
    nobody = ~is_anybody(now, Pledge.region_code, Pledge.beneficiary, side=Side.FIELD)
    on_desk = and_(
        Pledge.kind.in_([kind.value for kind in sorted(DESK_KINDS)]),
        Pledge.state.in_([state.value for state in sorted(DESK_STATES)]),
        or_(Pledge.is_overdue.is_(True), nobody),
        ~is_answered_for(now),
    )
    return (
        select(Pledge.ref)
        .outerjoin(ServicePoint, ServicePoint.id == Pledge.point_id)
        .where(
            Pledge.in_county_pool.is_(False),
            Pledge.clock_started_at <= now - POOL_AFTER.span,
            or_(to_confirm, on_desk),
        )
    )


def ripe_checks(now: datetime) -> Select[str]:
    """Ask for pledges whose code nobody of the township may check, or nobody has checked in time."""
    printers = (
        select(CodeCard.printed_by_id)
        .join(CardCode, CardCode.card_id == CodeCard.id)
        .where(CardCode.pledge_id == Pledge.id)
    )
    anybody = is_anybody(
        now, Pledge.region_code, Pledge.beneficiary, RoleGrant.account_id.not_in(printers.correlate(Pledge))
    )
    return (
        select(Pledge.ref)
        .join(CodeCheck, CodeCheck.pledge_id == Pledge.id)
        .where(
            CodeCheck.checked_at.is_(None),
            CodeCheck.pooled_at.is_(None),
            or_(CodeCheck.due_at <= now, and_(Pledge.confirmed_at <= now - POOL_AFTER.span, ~anybody)),
        )
    )


def ripe_verifications(now: datetime) -> Select[str]:
    """Ask for families that agreed to the register and that nobody of the township may verify, or nobody verified."""
    since = func.coalesce(Household.life_since, Household.registered_at)
    said_yes = exists().where(
        Member.household_id == Household.id,
        Member.relation == "head",
        Member.left_at.is_(None),
        Consent.member_id == Member.id,
        Consent.purpose == Purpose.REGISTER.value,
        Consent.is_granted,
        is_last_word(),
    )
    return _ripe_homes(now, PoolAct.VERIFY).where(
        _IS_TO_VERIFY,
        since <= now - POOL_AFTER.span,
        said_yes,
        or_(since <= now - VERIFY_WITHIN.span, ~is_anybody(now, Household.region_code, BENEFICIARY)),
    )


def ripe_cards(now: datetime) -> Select[str]:
    """Ask for verified families without a card that still has a code, for whom nobody of the township may print one."""
    has_code = exists().where(
        CodeCard.household_id == Household.id,
        CodeCard.cancelled_at.is_(None),
        CardCode.card_id == CodeCard.id,
        CardCode.used_at.is_(None),
    )
    return _ripe_homes(now, PoolAct.PRINT_CARD).where(
        Household.life_state.in_([state.value for state in sorted(MAY_HAVE_WISHES)]),
        Household.verified_at <= now - POOL_AFTER.span,
        ~has_code,
        ~is_anybody(now, Household.region_code, BENEFICIARY),
    )


def _ripe_homes(now: datetime, act: PoolAct) -> Select[str]:
    entered = exists().where(PooledAct.household_id == Household.id, PooledAct.act == act.value)
    return select(Household.ref).where(Household.closed_at.is_(None), ~entered)


def is_ripe_now(tx: Tx, query: Select[str], ref: Column, asked: str) -> bool:
    """Say whether one thing is still among those found."""
    return tx.session.scalar(query.where(ref == asked).limit(1)) is not None


def is_anybody_for(tx: Tx, household: Household) -> bool:
    """Say whether a reviewer of a family's township may act for it."""
    asked = select(is_anybody(tx.now, Household.region_code, BENEFICIARY)).where(Household.id == household.id)
    return bool(tx.session.scalar(asked))


def verify_since(tx: Tx, household: Household) -> datetime:
    """Tell since when a family waits to be verified: registered or relapsed, and the head agreed to the register."""
    said = tx.session.scalar(
        select(func.max(Consent.recorded_at)).where(
            Consent.household_id == household.id, Consent.purpose == Purpose.REGISTER.value, Consent.is_granted
        )
    )
    since = household.life_since or household.registered_at
    return since if said is None else max(since, said)


def card_since(tx: Tx, household: Household) -> datetime:
    """Tell since when a family has no card with a code left."""
    used = tx.session.scalar(select(func.max(CardCode.used_at)).where(CardCode.household_id == household.id))
    since = household.verified_at or household.registered_at
    return since if used is None else max(since, used)


def find_check_due(tx: Tx, pledge_id: int) -> datetime:
    """Tell by when the check of a pledge's code should be made."""
    return tx.session.execute(select(CodeCheck.due_at).where(CodeCheck.pledge_id == pledge_id)).scalar_one()


def put_into_pool(tx: Tx, household: Household, act: PoolAct) -> None:
    """Write down that an act on a family has entered the county's pool."""
    tx.session.execute(insert(PooledAct).values(household_id=household.id, act=act.value, entered_at=tx.now))


def take_out_of_pool(tx: Tx, household: Household, act: PoolAct) -> None:
    """Forget that an act on a family was in the pool: somebody has taken it."""
    tx.session.execute(delete(PooledAct).where(PooledAct.household_id == household.id, PooledAct.act == act.value))


def list_takeable(session: Session, actor: Actor, household: Household, *, now: datetime) -> frozenset[PoolAct]:
    """List the acts on a family, or on gifts to it, that an eligible reviewer may take from the county's pool."""
    if not is_of_county(actor, household.region_code):
        return frozenset()
    stands = session.execute(
        select(HouseholdSide.side, HouseholdSide.last_at).where(
            HouseholdSide.account_id == actor.account_id, HouseholdSide.beneficiary == f"h{household.id}"
        )
    )
    sides = {side for side, last_at in stands if last_at > now - TERM}
    return frozenset(act for act in _pooled(session, household.id) if not sides - {SIDE_IN_POOL[act].value})


def _pooled(session: Session, household_id: int) -> set[PoolAct]:
    acts = {
        PoolAct(act) for act in session.scalars(select(PooledAct.act).where(PooledAct.household_id == household_id))
    }
    theirs = session.execute(
        select(Pledge.kind, Pledge.state, Pledge.in_county_pool, is_check_pooled().label("is_check"))
        .join(Wish, Wish.id == Pledge.wish_id)
        .where(Wish.household_id == household_id, or_(Pledge.in_county_pool.is_(True), is_check_pooled()))
    )
    for kind, state, is_pooled, is_check in theirs:
        act = pool_act_of(Kind(kind), PledgeState(state)) if is_pooled else None
        acts |= ({act} if act else set()) | ({PoolAct.CHECK_CODE} if is_check else set())
    wish = select(Wish.id).where(Wish.household_id == household_id, Wish.clock == ClockName.COUNTY_POOL.value).limit(1)
    return acts if session.scalar(wish) is None else acts | {PoolAct.REVIEW}


def is_check_pooled() -> ColumnElement[bool]:
    """Give the condition that the check of a pledge's code is in the pool and nobody has made it."""
    return exists().where(
        CodeCheck.pledge_id == Pledge.id, CodeCheck.checked_at.is_(None), CodeCheck.pooled_at.is_not(None)
    )


def is_check_in_pool(tx: Tx, pledge_id: int) -> bool:
    """Say whether the check of one pledge's code is in the pool."""
    return tx.session.scalar(select(Pledge.id).where(Pledge.id == pledge_id, is_check_pooled())) is not None


def list_pool_reviewers(
    session: Session, region: str, beneficiary: str, *, now: datetime, side: Side = Side.TOWNSHIP
) -> list[int]:
    """List the reviewers of a region's county and of all its townships who may act on this side of a beneficiary."""
    return _reviewers_in(session, county_of(region), beneficiary, now=now, side=side)


def _reviewers_in(session: Session, place: str, beneficiary: str, *, now: datetime, side: Side) -> list[int]:
    rows = session.scalars(
        select(RoleGrant.account_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.REVIEWER.value,
            RoleGrant.region_code.startswith(place, autoescape=True),
            is_in_term(now),
            ~is_on_other_side(now, RoleGrant.account_id, beneficiary, side),
        )
    )
    return sorted(set(rows))
