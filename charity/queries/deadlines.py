"""Which rows have a deadline or a reminder that is due; the worker applies each in a transaction of its own."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from charity.adapters.db import end_reading, reading
from charity.domain.calendar import day_of
from charity.domain.consents import NEEDED_TO_PUBLISH, RENEWAL_BEFORE, TOLD, Purpose
from charity.domain.points import PointKind
from charity.domain.pool import POOL_AFTER, PoolAct
from charity.domain.wishes import OPEN, READABLE, WishState
from charity.models.accounts import Account, RoleGrant
from charity.models.cases import Case
from charity.models.consents import is_last_word
from charity.models.desks import silent_or_over
from charity.models.households import Consent, Household, Member
from charity.models.outbox import Notice
from charity.models.payments import doubted_payments
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.pooling import is_anybody, ripe_cards, ripe_checks, ripe_pledges, ripe_verifications
from charity.models.sellers import ripe_orders
from charity.models.waiting import Offer
from charity.models.wishes import Wish

_RUNS = ("ruling", "appeal")


def list_due_pledges(now: datetime, limit: int) -> list[str]:
    """List pledges whose clock has run out."""
    return _refs(
        select(Pledge.ref)
        .where(Pledge.act_by <= now, Pledge.is_overdue.is_(False))
        .order_by(Pledge.act_by)
        .limit(limit)
    )


def list_due_offers(now: datetime, limit: int) -> list[str]:
    """List open offers that have run out."""
    query = select(Offer.ref).where(Offer.act_by <= now, Offer.state == "open")
    return _refs(query.order_by(Offer.act_by).limit(limit))


def list_due_cases(now: datetime, limit: int) -> list[str]:
    """List cases whose ruling or appeal has run out."""
    return _refs(select(Case.ref).where(Case.act_by <= now, Case.clock.in_(_RUNS)).order_by(Case.act_by).limit(limit))


def list_due_wishes(now: datetime, limit: int) -> list[str]:
    """List wishes whose clock has run out."""
    query = select(Wish.ref).where(Wish.act_by <= now, or_(Wish.clock.is_(None), Wish.clock != "county-pool"))
    return _refs(query.order_by(Wish.act_by).limit(limit))


def list_reminders(now: datetime, limit: int) -> dict[str, list[str]]:
    """List what somebody must be reminded of now, by table."""
    found = {
        "pledges": select(Pledge.ref).where(Pledge.remind_at <= now).order_by(Pledge.remind_at),
        "offers": select(Offer.ref).where(Offer.remind_at <= now, Offer.state == "open").order_by(Offer.remind_at),
        "cases": select(Case.ref).where(Case.remind_at <= now).order_by(Case.remind_at),
        "wishes": select(Wish.ref).where(Wish.remind_at <= now).order_by(Wish.remind_at),
    }
    return {name: _refs(query.limit(limit)) for name, query in found.items()}


def list_doubted(limit: int) -> list[str]:
    """List gifts that were paid to an account of which the family, asked afterwards, does not know."""
    return _refs(doubted_payments().order_by(Pledge.id).limit(limit))


def list_for_pool(now: datetime, limit: int) -> dict[PoolAct, list[str]]:
    """List what no reviewer of its township may take, or what was left undone there, by act."""
    found = {
        PoolAct.CONFIRM: ripe_pledges(now).order_by(Pledge.id),
        PoolAct.FIELD: ripe_orders(now).order_by(Pledge.id),
        PoolAct.CHECK_CODE: ripe_checks(now).order_by(Pledge.id),
        PoolAct.VERIFY: ripe_verifications(now).order_by(Household.id),
        PoolAct.PRINT_CARD: ripe_cards(now).order_by(Household.id),
    }
    return {act: _refs(query.limit(limit)) for act, query in found.items()}


def list_reviews_for_pool(now: datetime, limit: int) -> list[str]:
    """List wishes that no reviewer of their township may review: its posters, first reviewers and other sides aside."""
    others = RoleGrant.account_id != Wish.poster_id, RoleGrant.account_id != func.coalesce(Wish.reviewer_id, 0)
    query = select(Wish.ref).where(
        Wish.state == "submitted",
        Wish.clock.in_(("review", "second-review")),
        Wish.clock_started_at <= now - POOL_AFTER.span,
        ~is_anybody(now, Wish.region_code, Wish.beneficiary, *others),
    )
    return _refs(query.order_by(Wish.id).limit(limit))


def list_consents_over(now: datetime, limit: int) -> list[str]:
    """List wishes in sight for whose person a yes they rest on or tell a detail by has run out, and was not renewed."""
    over = Consent.valid_until < day_of(now)
    query = _seen(READABLE).where(
        Wish.published_at.is_not(None), or_(_needs(over), *(told & _has_consent({use}, over) for use, told in _DETAILS))
    )
    return _refs(query.order_by(Wish.id).limit(limit))


def list_consents_soon_over(now: datetime, limit: int) -> list[str]:
    """List wishes that look for givers and whose person's yes ends within 60 days, where the poster was not told."""
    today = day_of(now)
    told = exists().where(
        Notice.account_id == Wish.poster_id,
        Notice.kind == "wish-consent-ends-soon",
        Notice.made_at > now - TOLD,
        Notice.params.contains(Wish.ref),
    )
    soon = _needs(Consent.is_granted.is_(True), Consent.valid_until.between(today, today + RENEWAL_BEFORE))
    query = _seen((WishState.APPROVED, WishState.STALE)).where(soon, ~told)
    return _refs(query.order_by(Wish.id).limit(limit))


def _seen(states: Iterable[WishState]) -> Select[str]:
    return select(Wish.ref).where(Wish.state.in_([state.value for state in sorted(states)]), Wish.hidden_at.is_(None))


_DETAILS = (
    (Purpose.SHOW_SEX, Wish.shown_sex != ""),
    (Purpose.SHOW_INTEREST, and_(Wish.interest != "", Wish.member_id.is_not(None))),
    (Purpose.SHOW_SIZE, and_(Wish.size != "", Wish.shows_size)),
)


def _needs(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Give the condition that a last word on a use is such without which the wish may not be seen."""
    school = exists().where(ServicePoint.id == Wish.point_id, ServicePoint.kind == PointKind.SCHOOL.value)
    is_open = Wish.state.in_([state.value for state in sorted(OPEN)])
    at_school = and_(Wish.member_id.is_not(None), is_open, school)
    return or_(_has_consent(NEEDED_TO_PUBLISH, *which), at_school & _has_consent({Purpose.SCHOOL_POINT}, *which))


def _has_consent(uses: Iterable[Purpose], *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Give the condition that a last word of a wish's person on one of these uses is such."""
    return exists().where(
        Member.household_id == Wish.household_id,
        or_(Member.id == Wish.member_id, and_(Wish.member_id.is_(None), Member.relation == "head")),
        Consent.member_id == Member.id,
        Consent.purpose.in_([purpose.value for purpose in sorted(uses)]),
        is_last_word(),
        *which,
    )


def list_terms_over(now: datetime, limit: int) -> list[int]:
    """List volunteers' terms that ended or fell silent and whose township has not been told."""
    query = (
        select(RoleGrant.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(and_(RoleGrant.role == "volunteer", RoleGrant.settled_at.is_(None), silent_or_over(now)))
        .order_by(RoleGrant.id)
        .limit(limit)
    )
    found = list(reading().scalars(query))
    end_reading()
    return found


def _refs(query: Select[str]) -> list[str]:
    found = list(reading().scalars(query))
    end_reading()
    return found
