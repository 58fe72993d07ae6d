"""The lists behind the desk's numbers: waiting wishes, silent volunteers, ending terms, consents to renew."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.clocks import ClockName
from charity.domain.consents import RENEWAL_BEFORE
from charity.domain.errors import Missing
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.wishes import WishState
from charity.models.accounts import Account, RoleGrant
from charity.models.consents import asked_in_the_village, is_last_word, is_refused, is_spoken_for
from charity.models.desks import SILENT_AFTER, is_in_term
from charity.models.households import Consent, Household, Member
from charity.models.wishes import Wish
from charity.queries.scopes import within

READ, OFFICE = "queue.read", "pause.manage"
PER_PAGE = 50
TERM_ENDS_WITHIN = timedelta(days=30)
Line = TypeVar("Line")
WISH_QUEUES = ("review", "overdue", "pool", "returned")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingWish:
    """One wish of a queue, its age in days, and by when somebody should have looked."""

    id: int
    ref: str
    title: str
    beneficiary_kind: str
    region: str
    poster: str
    age_days: int
    act_by: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """Somebody's role in a place: when it ends, and when he last acted."""

    id: int
    account_ref: str
    nickname: str
    role: str
    region: str
    ends_on: date | None
    last_acted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """A family whose consents run out: how many, and when the first."""

    id: int
    alias: str
    region: str
    consents: int
    first_ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines(Generic[Line]):
    """One page of a list and where the next begins."""

    rows: tuple[Line, ...]
    next: int | None


def list_waiting_wishes(viewer: Actor, queue: str, *, region: str = "", after: int = 0) -> Lines[WaitingWish]:
    """List the wishes of one queue in the viewer's regions, the longest waiting first."""
    may_anywhere(viewer, READ)
    if queue not in WISH_QUEUES:
        raise Missing
    now = clock.now()
    rows = (
        reading()
        .execute(
            select(
                Wish.id,
                Wish.ref,
                Wish.title,
                Wish.beneficiary_kind,
                Wish.region_code,
                Account.nickname,
                Wish.submitted_at,
                Wish.created_at,
                Wish.act_by,
            )
            .join(Account, Account.id == Wish.poster_id)
            .where(
                _in_queue(queue, now),
                within(Wish.region_code, regions_for(viewer, READ)),
                Wish.region_code.startswith(region, autoescape=True),
                Wish.id > after,
            )
            .order_by(Wish.id)
            .limit(PER_PAGE + 1)
        )
        .all()
    )
    return _page(tuple(_wish(row, now) for row in rows))


def _in_queue(queue: str, now: datetime) -> Any:
    submitted = Wish.state == WishState.SUBMITTED.value
    pooled = Wish.clock == ClockName.COUNTY_POOL.value
    return {
        "review": and_(submitted, or_(Wish.clock.is_(None), ~pooled)),
        "overdue": and_(submitted, Wish.act_by < now),
        "pool": and_(submitted, pooled),
        "returned": Wish.state == WishState.RETURNED.value,
    }[queue]


def _wish(row: Any, now: datetime) -> WaitingWish:
    return WaitingWish(
        id=row.id,
        ref=row.ref,
        title=row.title,
        beneficiary_kind=row.beneficiary_kind,
        region=row.region_code,
        poster=row.nickname,
        age_days=max(0, (now - (row.submitted_at or row.created_at)).days),
        act_by=row.act_by,
        is_overdue=row.act_by is not None and row.act_by < now,
    )


def list_silent(viewer: Actor, *, after: int = 0) -> Lines[TermLine]:
    """List the volunteers of the viewer's regions who are in their term and silent for 7 days."""
    may_anywhere(viewer, OFFICE)
    return _terms(silent_volunteers(regions_for(viewer, OFFICE), clock.now()), after)


def list_ending(viewer: Actor, *, after: int = 0) -> Lines[TermLine]:
    """List the terms in the viewer's regions that end within 30 days."""
    may_anywhere(viewer, OFFICE)
    return _terms(terms_ending(regions_for(viewer, OFFICE), clock.now()), after)


def list_consents(viewer: Actor, *, after: int = 0) -> Lines[ConsentLine]:
    """List the families of the viewer's regions with consents that end within 60 days, by alias only."""
    may_anywhere(viewer, OFFICE)
    ask = consents_ending(regions_for(viewer, OFFICE), clock.now()).where(Household.id > after)
    rows = reading().execute(ask.order_by(Household.id).limit(PER_PAGE + 1)).mappings()
    return _page(tuple(ConsentLine(**row) for row in rows))


def silent_volunteers(regions: tuple[str, ...], now: datetime) -> Select[*tuple[Any, ...]]:
    """Ask for volunteers in their term of whom nothing was seen for 7 days."""
    silent = or_(Account.last_acted_at.is_(None), Account.last_acted_at <= now - SILENT_AFTER)
    return _held(regions, now).where(RoleGrant.role == Role.VOLUNTEER.value, silent)


def terms_ending(regions: tuple[str, ...], now: datetime) -> Select[*tuple[Any, ...]]:
    """Ask for running terms that end within 30 days."""
    return _held(regions, now).where(RoleGrant.ends_on <= day_of(now) + TERM_ENDS_WITHIN)


def consents_ending(regions: tuple[str, ...], now: datetime) -> Select[*tuple[Any, ...]]:
    """Ask for families in which somebody's newest yes, of one side about one use, ended or ends within 60 days."""
    today, newer = day_of(now), aliased(Consent)
    said_since = select(newer.id).where(  # of a family as a whole, too, where no member is named
        newer.household_id == Consent.household_id,
        newer.member_id.is_not_distinct_from(Consent.member_id),
        newer.purpose == Consent.purpose,
        newer.given_by == Consent.given_by,
        newer.id > Consent.id,
    )
    return (
        select(
            Household.id,
            Household.alias,
            Household.region_code.label("region"),
            func.count(Consent.id).label("consents"),
            func.min(Consent.valid_until).label("first_ends_on"),
        )
        .join(Consent, Consent.household_id == Household.id)
        .outerjoin(Member, Member.id == Consent.member_id)
        .where(
            within(Household.region_code, regions),
            Household.closed_at.is_(None),
            Member.left_at.is_(None),
            Consent.is_granted,
            Consent.valid_until <= today + RENEWAL_BEFORE,
            asked_in_the_village(),
            ~said_since.exists(),
            is_last_word(),
            ~is_refused(),
            ~is_spoken_for(),
        )
        .group_by(Household.id, Household.alias, Household.region_code)
    )


def _held(regions: tuple[str, ...], now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            RoleGrant.id,
            Account.ref.label("account_ref"),
            Account.nickname,
            RoleGrant.role,
            RoleGrant.region_code.label("region"),
            RoleGrant.ends_on,
            Account.last_acted_at,
        )
        .join(Account, Account.id == RoleGrant.account_id)
        .where(within(RoleGrant.region_code, regions), is_in_term(now))
    )


def _terms(ask: Select[*tuple[Any, ...]], after: int) -> Lines[TermLine]:
    rows = reading().execute(ask.where(RoleGrant.id > after).order_by(RoleGrant.id).limit(PER_PAGE + 1)).mappings()
    return _page(tuple(TermLine(**row) for row in rows))


def _page(rows: tuple[Any, ...]) -> Lines[Any]:
    return Lines(rows=rows[:PER_PAGE], next=rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None)
