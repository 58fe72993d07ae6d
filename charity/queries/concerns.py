"""Reported concerns: how far one has come, for whoever has its number; and what staff took out of sight."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import and_, case, func, select

from charity.adapters import clock
from charity.adapters.crypto import unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.concerns import (
    ConcernState,
    Thing,
    about,
    may_bring_back,
    may_take_down,
    may_take_unknown,
    row_of,
    state_of,
)
from charity.domain.errors import Conflict, Missing, Refused
from charity.domain.regions import DEMO_PROVINCE
from charity.models.cases import Case
from charity.models.concerned import find_place_of, has_part_in, is_taken_by_others
from charity.models.takedowns import CaseTakenUp, TakeDown, why_place
from charity.models.wishes import Wish
from charity.queries.names_shown import list_names_shown

MINUTE = timedelta(minutes=1)
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernCard:
    """How far a concern has come: no word of anybody, and nothing of what it is about."""

    number: str
    state: ConcernState
    reported_at: datetime
    answer_by: datetime | None
    looked_into_at: datetime | None
    hidden_at: datetime | None
    minutes: int | None
    shown_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernDesk:
    """What a reviewer may do about a concern now, and what was done."""

    thing: str  # empty as long as nobody knows what the concern is about
    thing_ref: str
    is_month: bool  # a wish of a circle's month, with which its circle goes
    has_photo: bool
    taken_up_at: datetime | None
    hidden_at: datetime | None
    minutes: int | None
    count: int
    names: tuple[tuple[str, str], ...]  # whose may go, and how each is called there
    marked: str  # whose row of a board the concern names
    may_take: bool
    may_bring_back: bool
    shown_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernFigures:
    """How concerns were dealt with, for everybody."""

    reported: int
    open: int
    overdue: int
    upheld: int
    unfounded: int
    taken_down: int
    median_minutes: int | None


def get_concern(number: str) -> ConcernCard:
    """Give how far a concern has come by its number; any other case is missing."""
    row = (
        reading()
        .execute(
            select(Case.id, Case.ref, Case.opened_at, Case.act_by, Case.ruling, Case.ruled_at, CaseTakenUp.taken_up_at)
            .outerjoin(CaseTakenUp, CaseTakenUp.case_id == Case.id)
            .where(Case.ref == number, Case.kind == "report")
        )
        .one_or_none()
    )
    if row is None:
        raise Missing
    taken = _taken(row.id)
    return ConcernCard(
        number=row.ref,
        state=state_of(row.ruling, is_looked_into=row.taken_up_at is not None),
        reported_at=row.opened_at,
        answer_by=row.act_by,
        looked_into_at=row.taken_up_at,
        hidden_at=taken.first,
        minutes=_minutes(row.opened_at, taken.first),
        shown_at=None if taken.live else taken.last_back,
        answered_at=row.ruled_at,
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    first: datetime | None
    live: int
    count: int
    last_back: datetime | None


def _taken(case_id: int) -> _Taken:
    row = (
        reading()
        .execute(
            select(
                func.min(TakeDown.taken_at).label("first"),
                func.count().label("things"),
                func.count(TakeDown.restored_at).label("back"),
                func.max(TakeDown.restored_at).label("last_back"),
            ).where(TakeDown.case_id == case_id)
        )
        .one()
    )
    return _Taken(row.first, row.things - row.back, row.things, row.last_back)


def _minutes(reported: datetime, hidden: datetime | None) -> int | None:
    return None if hidden is None else max(0, round((hidden - reported) / MINUTE))


def find_concern_desk(viewer: Actor, case_ref: str) -> ConcernDesk | None:
    """Give what the viewer may do about a concern; None where he may do nothing."""
    asked = select(Case.id, Case.page, Wish.ref.label("wish"), Case.opened_at, Case.ruling, CaseTakenUp.taken_up_at)
    asked = asked.add_columns(Wish.circle_id, Case.region_code)
    row = (
        reading()
        .execute(
            asked.outerjoin(CaseTakenUp, CaseTakenUp.case_id == Case.id)
            .outerjoin(Wish, Wish.id == Case.wish_id)
            .where(Case.ref == case_ref, Case.kind == "report")
        )
        .one_or_none()
    )
    if row is None:
        return None
    thing = (Thing.WISH, row.wish) if row.wish else about(row.page)
    region = None if thing is None else find_place_of(reading(), *thing)
    if thing is None or region is None:
        return _unknown_desk(viewer, row)
    try:
        role = may_take_down(viewer, region)
    except Refused:
        return None
    taken = _taken(row.id)
    why = reading().scalars(
        select(TakeDown.why_sealed).where(TakeDown.case_id == row.id, TakeDown.why_sealed.is_not(None)).limit(1)
    )
    names = list_names_shown(viewer, row.page, thing)
    return ConcernDesk(
        names=tuple((name.ref, name.text) for name in names),
        marked=next((name.ref for name in names if name.mark and name.mark == row_of(row.page)), ""),
        thing=thing[0].value,
        thing_ref=thing[1],
        is_month=row.circle_id is not None,
        has_photo=thing[0] is Thing.WISH and _has_photo(thing[1]),
        taken_up_at=row.taken_up_at,
        hidden_at=taken.first,
        minutes=_minutes(row.opened_at, taken.first),
        count=taken.count,
        may_take=row.ruling in {"", ConcernState.UPHELD} and (thing[0] is not Thing.BOARD or bool(names)),
        may_bring_back=taken.live > 0 and _may_bring_back(viewer, role, row.id, row.ruling, region),
        shown_at=None if taken.live else taken.last_back,
        why=unseal_some(why.one_or_none(), place=why_place(case_ref)),
    )


def _unknown_desk(viewer: Actor, row: Any) -> ConcernDesk | None:
    """Give what the viewer may do about a concern of which nobody knows what it is about: begin, and name the thing."""
    try:
        may_take_unknown(viewer, row.region_code)
    except Refused:
        return None
    return ConcernDesk(
        names=(),
        marked="",
        thing="",
        thing_ref="",
        is_month=False,
        has_photo=False,
        taken_up_at=row.taken_up_at,
        hidden_at=None,
        minutes=None,
        count=0,
        may_take=False,
        may_bring_back=False,
        shown_at=None,
        why="",
    )


def _may_bring_back(viewer: Actor, role: Role, case_id: int, ruling: str, region: str) -> bool:
    is_own = has_part_in(reading(), viewer.account_id, case_id)
    is_of_others = is_taken_by_others(reading(), viewer.account_id, case_id)
    try:
        may_bring_back(role, ruling=ruling, region=region, is_own=is_own, is_of_others=is_of_others)
    except Refused:
        return False
    return True


def _has_photo(wish_ref: str) -> bool:
    return reading().scalar(select(Wish.photo_id).where(Wish.ref == wish_ref)) is not None


def count_concerns(*, with_demo: bool) -> ConcernFigures:
    """Count the reported concerns: how many, how answered, and how soon things were out of sight."""
    session, now = reading(), clock.now()
    here = (Case.kind == "report", *(() if with_demo else (~Case.region_code.startswith(DEMO_PROVINCE),)))
    late = func.sum(case((and_(Case.state == "open", Case.act_by < now), 1), else_=0))
    rows = session.execute(select(Case.ruling, func.count(), late).where(*here).group_by(Case.ruling)).all()
    answered = {ruling: count for ruling, count, _ in rows}
    times = session.execute(
        select(Case.opened_at, func.min(TakeDown.taken_at).label("first"))
        .join(TakeDown, TakeDown.case_id == Case.id)
        .where(*here)
        .group_by(Case.id, Case.opened_at)
        .order_by(Case.id.desc())
        .limit(MOST_COUNTED)
    ).all()
    minutes = [(row.first - row.opened_at) / MINUTE for row in times]
    return ConcernFigures(
        reported=sum(answered.values()),
        open=answered.get("", 0),
        overdue=sum(int(overdue) for _, _, overdue in rows),
        upheld=answered.get("upheld", 0),
        unfounded=answered.get("unfounded", 0),
        taken_down=len(minutes),
        median_minutes=round(median(minutes)) if minutes else None,
    )


def find_named(viewer: Actor, case_ref: str, name: str) -> str:
    """Find who bears a name on the page a concern is about; empty where nobody does, or the viewer may do nothing.

    Several may be called the same: then it is the one whose row was reported, and otherwise nobody can tell.
    """
    desk = find_concern_desk(viewer, case_ref)
    if desk is None:
        return ""
    found = {ref for ref, text in desk.names if text == name}
    if desk.marked in found:
        return desk.marked
    if len(found) > 1:
        raise Conflict("names-alike", field="name")
    return next(iter(found), "")
