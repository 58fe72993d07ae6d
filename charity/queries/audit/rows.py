"""The audit list: pledges of the viewer's regions, filtered, page by page or row after row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, tuple_

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import Instant, reading
from charity.adapters.logins import read_login
from charity.domain.actors import Actor
from charity.domain.permissions import may_anywhere, regions_for
from charity.models.accounts import Account
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.wishes import Wish
from charity.queries.audit.filters import AuditFilters, conditions
from charity.queries.cursors import read_moment, read_number
from charity.queries.pledges.cards import must_act
from charity.queries.scopes import within

AUDIT = "pledge.audit"
PER_PAGE = 50
PIECE = 1_000
MOST_COUNTED = 200_001
MOST_POINTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One pledge of the list; waits_for says who must act by act_by."""

    id: int
    ref: str
    state: str
    kind: str
    title: str
    wish_ref: str
    region: str
    donor: str
    donor_ref: str
    units: int
    amount_fen: int
    claimed_at: datetime
    sent_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str
    clock: str | None
    waits_for: str | None
    act_by: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """One page of the list and where the next begins."""

    rows: tuple[AuditRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PointChoice:
    """A service point to narrow the list by."""

    ref: str
    name: str
    region: str


def list_pledges(viewer: Actor, filters: AuditFilters, cursor: str | None = None) -> AuditPage:
    """List pledges of the viewer's regions: the newest first, or, when overdue ones are asked for, the most urgent."""
    may_anywhere(viewer, AUDIT)
    now = clock.now()
    ask = _after(_asked(viewer, filters, now), cursor, urgent=filters.overdue)
    order = (Pledge.act_by, Pledge.id) if filters.overdue else (Pledge.id.desc(),)
    found = reading().execute(ask.order_by(*order).limit(PER_PAGE + 1)).all()
    rows = tuple(_row(row, now) for row in found[:PER_PAGE])
    return AuditPage(rows=rows, next=_cursor(rows[-1], urgent=filters.overdue) if len(found) > PER_PAGE else None)


def count_pledges(viewer: Actor, filters: AuditFilters) -> int:
    """Count what the filters find in the viewer's regions, as far as an export reaches."""
    may_anywhere(viewer, AUDIT)
    found = _asked(viewer, filters, clock.now()).with_only_columns(Pledge.id).limit(MOST_COUNTED).subquery()
    return reading().execute(select(func.count()).select_from(found)).scalar_one()


def stream_pledges(viewer: Actor, filters: AuditFilters) -> Iterator[AuditRow]:
    """Yield all that the filters find, the newest first, piece by piece."""
    may_anywhere(viewer, AUDIT)
    now, last = clock.now(), None
    while True:
        ask = _asked(viewer, filters, now)
        if last is not None:
            ask = ask.where(Pledge.id < last)
        found = reading().execute(ask.order_by(Pledge.id.desc()).limit(PIECE)).all()
        yield from (_row(row, now) for row in found)
        if len(found) < PIECE:
            return
        last = found[-1].id


def find_donor(viewer: Actor, login: str) -> str | None:
    """Find the reference of a donor by the exact log-in, if he ever claimed in the viewer's regions."""
    may_anywhere(viewer, AUDIT)
    asked = read_login(login, field="donor")
    column = Account.email_digest if asked.kind == "email" else Account.phone_digest
    given = select(Pledge.id).where(
        Pledge.account_id == Account.id, within(Pledge.region_code, regions_for(viewer, AUDIT))
    )
    return reading().execute(select(Account.ref).where(column == asked.digest, given.exists())).scalar_one_or_none()


def list_points(viewer: Actor, region: str = "") -> tuple[PointChoice, ...]:
    """List the service points of the viewer's regions by their names; none when there are too many to choose from."""
    may_anywhere(viewer, AUDIT)
    ask = select(ServicePoint.ref, ServicePoint.name_sealed, ServicePoint.region_code).where(
        within(ServicePoint.region_code, regions_for(viewer, AUDIT)),
        ServicePoint.region_code.startswith(region, autoescape=True),
    )
    rows = reading().execute(ask.order_by(ServicePoint.region_code, ServicePoint.id).limit(MOST_POINTS + 1)).all()
    if len(rows) > MOST_POINTS:
        return ()
    return tuple(
        PointChoice(row.ref, unseal(row.name_sealed, place=f"service_points.name:{row.ref}"), row.region_code)
        for row in rows
    )


def _asked(viewer: Actor, filters: AuditFilters, now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Pledge.id,
            Pledge.ref,
            Pledge.state,
            Pledge.kind,
            Wish.title,
            Wish.ref.label("wish_ref"),
            Pledge.region_code.label("region"),
            Account.nickname.label("donor"),
            Account.ref.label("donor_ref"),
            Pledge.units,
            Pledge.amount_fen,
            Pledge.claimed_at,
            Pledge.sent_at,
            Pledge.confirmed_at,
            Pledge.confirmed_by,
            Pledge.clock,
            Pledge.act_by,
            Pledge.is_overdue,
        )
        .join(Wish, Wish.id == Pledge.wish_id)
        .join(Account, Account.id == Pledge.account_id)
        .outerjoin(ServicePoint, ServicePoint.id == Pledge.point_id)
        .where(within(Pledge.region_code, regions_for(viewer, AUDIT)), *conditions(filters, now=now))
    )


def _after(ask: Select[*tuple[Any, ...]], cursor: str | None, *, urgent: bool) -> Select[*tuple[Any, ...]]:
    if not cursor:
        return ask
    due, _, last = cursor.rpartition("~")
    if not urgent:
        return ask.where(Pledge.id < read_number(last))
    return ask.where(tuple_(Pledge.act_by, Pledge.id) > tuple_(literal(read_moment(due), Instant()), read_number(last)))


def _cursor(row: AuditRow, *, urgent: bool) -> str:
    return f"{row.act_by.isoformat()}~{row.id}" if urgent and row.act_by else str(row.id)


def _row(row: Any, now: datetime) -> AuditRow:
    late = row.is_overdue or (row.act_by is not None and row.act_by < now)
    return AuditRow(**(row._asdict() | {"is_overdue": bool(late), "waits_for": must_act(row.kind, row.clock)}))
