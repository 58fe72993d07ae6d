"""Programmes as the administrators of their regions see them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.openings import narrowed
from charity.domain.permissions import is_allowed, may_anywhere, regions_for
from charity.models.covering import running_first, seen_from, stands_on_file
from charity.models.programmes import Programme
from charity.models.wishes import Wish

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRow:
    """One programme and how many wishes stand under it."""

    ref: str
    code: str
    name: str
    region: str
    kind: str
    starts_on: date
    ends_on: date | None
    budget_fen: int | None
    body: str
    certificate: str
    filing: str
    platform_url: str
    contact: str
    wishes: int
    is_running: bool
    is_closed: bool
    is_on_file: bool
    may_close: bool
    may_list: bool


def list_programmes(viewer: Actor) -> tuple[ProgrammeRow, ...]:
    """List the programmes in the viewer's regions and those that cover them from above, running ones first."""
    may_anywhere(viewer, "programme.manage")
    today = day_of(clock.now())
    wishes = (
        select(func.count())
        .select_from(Wish)
        .where(Wish.programme_id == Programme.id)
        .correlate(Programme)
        .scalar_subquery()
    )
    rows = reading().execute(
        select(Programme, wishes.label("wishes"), stands_on_file(today).label("is_on_file"))
        .where(seen_from(regions_for(viewer, "programme.manage")))
        .order_by(*running_first())
        .limit(MOST)
    )
    return tuple(_row(viewer, programme, count, today, is_on_file=on_file) for programme, count, on_file in rows)


def _row(viewer: Actor, programme: Programme, wishes: int, today: date, *, is_on_file: bool) -> ProgrammeRow:
    is_over = programme.ends_on is not None and programme.ends_on < today
    return ProgrammeRow(
        ref=programme.ref,
        code=programme.code,
        name=programme.name,
        region=programme.region_code,
        kind=programme.kind,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        budget_fen=programme.budget_fen,
        body=programme.body,
        certificate=programme.certificate,
        filing=programme.filing,
        platform_url=programme.platform_url,
        contact=programme.contact,
        wishes=wishes,
        is_running=programme.closed_at is None and programme.starts_on <= today and not is_over,
        is_closed=programme.closed_at is not None,
        is_on_file=is_on_file,
        may_close=is_allowed(viewer, "programme.manage", programme.region_code),
        may_list=bool(narrowed(regions_for(viewer, "circles.list"), programme.region_code)),
    )
