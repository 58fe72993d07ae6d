"""The reviewers' queues: what waits for a decision, how long already, and by when; drafts that a limit stopped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from charity.adapters import clock
from charity.adapters.db import Instant, reading
from charity.domain.actors import Actor, Role
from charity.domain.clocks import ClockName
from charity.domain.limits import DEFAULTS
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.wall import waiting_days
from charity.domain.wishes import WishState
from charity.models.accounts import Account
from charity.models.households import Household, Member
from charity.models.wishes import Wish
from charity.queries.cursors import read_moment, read_number

PER_PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One wish in a queue."""

    ref: str
    title: str
    kind: str
    beneficiary_kind: str
    region: str
    price_fen: int
    poster: str
    age_days: int
    act_by: datetime | None
    is_overdue: bool
    is_second: bool
    is_in_pool: bool
    is_for_others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One page of a queue."""

    wishes: tuple[Waiting, ...]
    next: str | None


def list_queue(viewer: Actor, cursor: str | None = None) -> Queue:
    """List what waits for review in the viewer's regions and their counties' pools, the most urgent first."""
    may_anywhere(viewer, "wish.read")
    query = _waiting().where(Wish.state == WishState.SUBMITTED.value, _in_reach(viewer))
    rows = reading().execute(_after(query, cursor).order_by(Wish.act_by, Wish.id).limit(PER_PAGE + 1)).all()
    return _page(viewer, rows)


def list_stopped(viewer: Actor, cursor: str | None = None) -> Queue:
    """List drafts of beneficiaries who are at one of their limits, which a reviewer may lift with a reason."""
    may_anywhere(viewer, "wish.review")
    query = (
        _waiting()
        .join(Household, Household.id == Wish.household_id)
        .outerjoin(Member, Member.id == Wish.member_id)
        .where(
            Wish.state == WishState.DRAFT.value,
            in_regions(regions_for(viewer, "wish.review")),
            or_(
                Household.open_wishes >= DEFAULTS.household_open_wishes,
                Member.open_wishes >= DEFAULTS.child_open_wishes,
            ),
        )
    )
    return _page_by_number(viewer, query, cursor)


def list_reopenable(viewer: Actor, cursor: str | None = None) -> Queue:
    """List closed wishes of which a ruling has freed units: a reviewer says whether the need still stands."""
    may_anywhere(viewer, "wish.read")
    query = _waiting().where(
        Wish.state == WishState.CLOSED.value,
        Wish.fulfilled < Wish.wanted,
        ~exists().where(Household.id == Wish.household_id, Household.closed_at.is_not(None)),
        in_regions(regions_for(viewer, "wish.read")),
    )
    return _page_by_number(viewer, query, cursor)


def _page_by_number(viewer: Actor, query: Select[*tuple[Any, ...]], cursor: str | None) -> Queue:
    """Give a page of what has no clock: by its number, the oldest first."""
    after = 0 if cursor is None else read_number(cursor)
    rows = reading().execute(query.where(Wish.id > after).order_by(Wish.id).limit(PER_PAGE + 1)).all()
    cards = tuple(_card(viewer, row, clock.now()) for row in rows[:PER_PAGE])
    return Queue(wishes=cards, next=str(rows[PER_PAGE - 1].id) if len(rows) > PER_PAGE else None)


def in_regions(regions: tuple[str, ...]) -> ColumnElement[bool]:
    """Give the condition that a wish lies in one of some regions."""
    return or_(false(), *(Wish.region_code.startswith(region, autoescape=True) for region in regions))


def _in_reach(viewer: Actor) -> ColumnElement[bool]:
    """Give the condition that the viewer may see a wish's review: the own regions, and the pools of their counties."""
    counties = sorted({code[:6] for code in viewer.regions(Role.REVIEWER)})
    pooled = and_(
        Wish.clock == ClockName.COUNTY_POOL.value,
        or_(false(), *(Wish.region_code.startswith(county, autoescape=True) for county in counties)),
    )
    return or_(in_regions(regions_for(viewer, "wish.read")), pooled)


def _waiting() -> Select[*tuple[Any, ...]]:
    poster = aliased(Account)
    return select(*Wish.__table__.c, poster.nickname.label("poster")).join_from(
        Wish, poster, poster.id == Wish.poster_id
    )


def _after(query: Select[*tuple[Any, ...]], cursor: str | None) -> Select[*tuple[Any, ...]]:
    if cursor is None:
        return query
    due, _, last = cursor.partition("~")
    place = tuple_(literal(read_moment(due), Instant()), read_number(last))
    return query.where(tuple_(Wish.act_by, Wish.id) > place)


def _page(viewer: Actor, rows: Any) -> Queue:
    now = clock.now()
    cards = tuple(_card(viewer, row, now) for row in rows[:PER_PAGE])
    last = rows[PER_PAGE - 1] if len(rows) > PER_PAGE else None
    return Queue(wishes=cards, next=None if last is None else f"{last.act_by.isoformat()}~{last.id}")


def _card(viewer: Actor, row: Any, now: datetime) -> Waiting:
    return Waiting(
        ref=row.ref,
        title=row.title,
        kind=row.kind,
        beneficiary_kind=row.beneficiary_kind,
        region=row.region_code,
        price_fen=row.wanted * row.unit_fen,
        poster=row.poster,
        age_days=waiting_days(row.submitted_at or row.created_at, now),
        act_by=row.act_by,
        is_overdue=row.act_by is not None and row.act_by < now,
        is_second=row.reviewer_id is not None,
        is_in_pool=row.clock == ClockName.COUNTY_POOL.value,
        is_for_others=viewer.account_id in (row.poster_id, row.reviewer_id),
    )
