"""Who works in a region, for its administrators and auditors."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.adapters.logins import read_login
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Invalid, Missing
from charity.domain.permissions import is_allowed, may_anywhere, regions_for
from charity.models.accounts import Account, AccountSession, RoleGrant
from charity.queries.accounts.actors import in_term
from charity.queries.accounts.own import open_field

READ = "people.read"
PAGE = 50


@dataclass(frozen=True, slots=True)
class GrantCard:
    """One role of a person in the viewer's regions."""

    id: int
    role: str
    region: str
    starts_on: date
    ends_on: date | None
    revoked_at: datetime | None
    is_running: bool


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as the people's desk shows him: no address in full."""

    id: int
    ref: str
    kind: str
    nickname: str
    contact: str
    created_at: datetime
    last_acted_at: datetime | None
    seen_at: datetime | None
    is_disabled: bool
    grants: tuple[GrantCard, ...] = field(default=())


def list_people(
    viewer: Actor,
    *,
    text: str = "",
    role: str = "",
    region: str = "",
    running: bool = True,
    after: int = 0,
    limit: int = PAGE,
) -> tuple[list[PersonCard], int | None]:
    """List people of the viewer's regions and where the next page begins; a whole log-in also finds who has no role."""
    may_anywhere(viewer, READ)
    ask = _people().where(Account.closed_at.is_(None), Account.id > after).order_by(Account.id).limit(limit + 1)
    found = reading().execute(ask.where(_wanted(viewer, text, role, region, running))).all()
    page = found[:limit]
    grants = _grants(viewer, [row.id for row in page])
    cards = [_card(row, grants.get(row.id, ())) for row in page]
    return cards, page[-1].id if len(found) > limit else None


def get_person(viewer: Actor, ref: str) -> PersonCard:
    """Give one person: one with a role (ever) in the viewer's regions, or one without any role, found by his log-in."""
    may_anywhere(viewer, READ)
    row = reading().execute(_people().where(Account.ref == ref, Account.closed_at.is_(None))).one_or_none()
    if row is None:
        raise Missing
    grants = _grants(viewer, [row.id]).get(row.id, ())
    if not grants and _has_grants(row.id):
        raise Missing
    return _card(row, grants)


def _has_grants(account_id: int) -> bool:
    return bool(reading().scalar(select(exists().where(RoleGrant.account_id == account_id))))


def _people() -> Select[*tuple[Any, ...]]:
    seen = select(func.max(AccountSession.seen_at)).where(AccountSession.account_id == Account.id).scalar_subquery()
    return select(
        Account.id,
        Account.ref,
        Account.kind,
        Account.nickname,
        Account.email_sealed,
        Account.phone_sealed,
        Account.created_at,
        Account.last_acted_at,
        Account.disabled_at,
        seen.label("seen_at"),
    )


def _wanted(viewer: Actor, text: str, role: str, region: str, running: bool) -> ColumnElement[bool]:
    if (by_login := _by_login(text)) is not None:
        mine = exists().where(RoleGrant.account_id == Account.id, _inside(viewer))
        return and_(by_login, or_(mine, ~exists().where(RoleGrant.account_id == Account.id)))
    has_role = and_(RoleGrant.account_id == Account.id, _inside(viewer))
    if role:
        has_role = and_(has_role, RoleGrant.role == role)
    if region:
        has_role = and_(has_role, RoleGrant.region_code.startswith(region, autoescape=True))
    if running:
        has_role = and_(has_role, in_term(day_of(clock.now())))
    wanted: ColumnElement[bool] = exists().where(has_role)
    return and_(wanted, Account.nickname.contains(text.strip(), autoescape=True)) if text.strip() else wanted


def _by_login(text: str) -> ColumnElement[bool] | None:
    try:
        login = read_login(text)
    except Invalid:
        return None
    column = Account.email_digest if login.kind == "email" else Account.phone_digest
    return column == login.digest


def _inside(viewer: Actor) -> ColumnElement[bool]:
    return or_(*(RoleGrant.region_code.startswith(region, autoescape=True) for region in regions_for(viewer, READ)))


def _grants(viewer: Actor, ids: list[int]) -> dict[int, tuple[GrantCard, ...]]:
    today = day_of(clock.now())
    rows = reading().execute(
        select(RoleGrant, in_term(today).label("runs"))
        .where(RoleGrant.account_id.in_(ids))
        .order_by(RoleGrant.starts_on.desc(), RoleGrant.id.desc())
    )
    shown: dict[int, tuple[GrantCard, ...]] = {}
    for grant, runs in rows:
        if is_allowed(viewer, READ, grant.region_code):
            shown[grant.account_id] = (*shown.get(grant.account_id, ()), _grant_card(grant, bool(runs)))
    return shown


def _grant_card(grant: RoleGrant, runs: bool) -> GrantCard:
    return GrantCard(
        grant.id, Role(grant.role), grant.region_code, grant.starts_on, grant.ends_on, grant.revoked_at, runs
    )


def _card(row: Any, grants: tuple[GrantCard, ...]) -> PersonCard:
    return PersonCard(
        id=row.id,
        ref=row.ref,
        kind=row.kind,
        nickname=row.nickname,
        contact=_contact(row),
        created_at=row.created_at,
        last_acted_at=row.last_acted_at,
        seen_at=row.seen_at,
        is_disabled=row.disabled_at is not None,
        grants=grants,
    )


def _contact(row: Any) -> str:
    for column, sealed in (("email", row.email_sealed), ("phone", row.phone_sealed)):
        if sealed is not None:
            return read_login(open_field(sealed, column, row.ref)).masked
    return ""
