"""What offices and auditors may take along of their regions, row after row, and the list of what was taken."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.permissions import may_anywhere, regions_for
from charity.models.accounts import Account, ExportMade, RoleGrant
from charity.models.desks import is_in_term
from charity.models.programmes import Programme
from charity.models.wishes import Wish
from charity.queries.scopes import within

EXPORT = "export.make"
PIECE = 1_000
MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WishLine:
    """One wish of the viewer's regions, without a word about whose it is."""

    id: int
    ref: str
    title: str
    kind: str
    beneficiary_kind: str
    region: str
    state: str
    unit_fen: int
    wanted: int
    committed: int
    in_transit: int
    fulfilled: int
    programme: str | None
    submitted_at: datetime | None
    published_at: datetime | None
    closed_at: datetime | None
    act_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLine:
    """One role of a person in the viewer's regions."""

    id: int
    nickname: str
    kind: str
    role: str
    region: str
    starts_on: date
    ends_on: date | None
    is_running: bool
    last_acted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLine:
    """One export that was made: who took which table, narrowed how, with how many rows."""

    id: int
    who: str
    who_ref: str
    what: str
    form: str
    filters: dict[str, str]
    rows: int
    made_at: datetime


def stream_wishes(viewer: Actor) -> Iterator[WishLine]:
    """Yield the wishes of the viewer's regions that were ever handed in, piece by piece."""
    for row in _pieces(_wishes(viewer), Wish.id):
        yield WishLine(**row._asdict())


def count_wishes(viewer: Actor) -> int:
    """Count the wishes an export would hold."""
    return _count(_wishes(viewer))


def stream_roles(viewer: Actor) -> Iterator[RoleLine]:
    """Yield the roles in the viewer's regions, running and ended, piece by piece."""
    for row in _pieces(_roles(viewer), RoleGrant.id):
        yield RoleLine(**(row._asdict() | {"is_running": bool(row.is_running)}))


def count_roles(viewer: Actor) -> int:
    """Count the roles an export would hold."""
    return _count(_roles(viewer))


def list_exports(viewer: Actor) -> tuple[ExportLine, ...]:
    """List the newest exports by people of the viewer's regions, and the viewer's own."""
    may_anywhere(viewer, EXPORT)
    theirs = select(RoleGrant.id).where(
        RoleGrant.account_id == Account.id, within(RoleGrant.region_code, regions_for(viewer, EXPORT))
    )
    rows = reading().execute(
        select(
            ExportMade.id,
            Account.nickname.label("who"),
            Account.ref.label("who_ref"),
            ExportMade.what,
            ExportMade.form,
            ExportMade.filters,
            ExportMade.rows,
            ExportMade.made_at,
        )
        .join(Account, Account.id == ExportMade.account_id)
        .where(or_(Account.id == viewer.account_id, theirs.exists()))
        .order_by(ExportMade.id.desc())
        .limit(MOST_LISTED)
    )
    return tuple(ExportLine(**(dict(row) | {"filters": json.loads(row["filters"])})) for row in rows.mappings())


def get_nickname(viewer: Actor) -> str:
    """Give the viewer's nickname, which stands in what he exports."""
    return reading().execute(select(Account.nickname).where(Account.id == viewer.account_id)).scalar_one()


def _wishes(viewer: Actor) -> Select[*tuple[Any, ...]]:
    may_anywhere(viewer, EXPORT)
    return (
        select(
            Wish.id,
            Wish.ref,
            Wish.title,
            Wish.kind,
            Wish.beneficiary_kind,
            Wish.region_code.label("region"),
            Wish.state,
            Wish.unit_fen,
            Wish.wanted,
            Wish.committed,
            Wish.in_transit,
            Wish.fulfilled,
            Programme.code.label("programme"),
            Wish.submitted_at,
            Wish.published_at,
            Wish.closed_at,
            Wish.act_by,
        )
        .outerjoin(Programme, Programme.id == Wish.programme_id)
        .where(within(Wish.region_code, regions_for(viewer, EXPORT)), Wish.state != "draft")
    )


def _roles(viewer: Actor) -> Select[*tuple[Any, ...]]:
    may_anywhere(viewer, EXPORT)
    return (
        select(
            RoleGrant.id,
            Account.nickname,
            Account.kind,
            RoleGrant.role,
            RoleGrant.region_code.label("region"),
            RoleGrant.starts_on,
            RoleGrant.ends_on,
            is_in_term(clock.now()).label("is_running"),
            Account.last_acted_at,
        )
        .join(Account, Account.id == RoleGrant.account_id)
        .where(within(RoleGrant.region_code, regions_for(viewer, EXPORT)))
    )


def _pieces(ask: Select[*tuple[Any, ...]], key: Any) -> Iterator[Any]:
    last = 0
    while True:
        rows = reading().execute(ask.where(key > last).order_by(key).limit(PIECE)).all()
        yield from rows
        if len(rows) < PIECE:
            return
        last = rows[-1].id


def _count(ask: Select[*tuple[Any, ...]]) -> int:
    return reading().execute(select(func.count()).select_from(ask.subquery())).scalar_one()
