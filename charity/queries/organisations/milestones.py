"""Promised steps of the pairing agreements in the viewer's county: what is due, what is overdue, what was met."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Invalid
from charity.domain.organisations import AgreementState
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.regions import Level, county_of, level_of
from charity.models.organisations import Agreement, Milestone, Organisation
from charity.queries.cursors import read_number
from charity.queries.organisations.agreements import is_owed
from charity.queries.scopes import within

READ = "agreement.read"
PER_PAGE = 40
SOON = timedelta(days=60)
PILES = ("overdue", "soon", "later", "met")


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneLine:
    """One promised step with its agreement."""

    id: int
    ref: str
    title: str
    due_on: date
    met_on: date | None
    days_over: int
    organisation: str
    name: str
    region: str
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePage:
    """One page of steps and where the next begins."""

    lines: tuple[MilestoneLine, ...]
    next: str | None


def list_milestones(viewer: Actor, *, pile: str = "overdue", cursor: str | None = None) -> MilestonePage:
    """List the steps of running agreements in the viewer's county and below, by day; of ended ones what is overdue."""
    may_anywhere(viewer, READ)
    if pile not in PILES:
        raise Invalid("filter-unknown", field="pile")
    today = day_of(clock.now())
    asked = (
        select(Milestone, Agreement.region_code, Agreement.ends_on, Organisation.ref, Organisation.name)
        .join(Agreement, Agreement.id == Milestone.agreement_id)
        .join(Organisation, Organisation.id == Agreement.organisation_id)
        .where(_in_reach(viewer), _of_pile(pile, today))
    )
    rows = reading().execute(_paged(asked, pile, cursor).limit(PER_PAGE + 1)).all()
    lines = tuple(_line(row, today) for row in rows[:PER_PAGE])
    return MilestonePage(lines=lines, next=_cursor(lines[-1]) if len(rows) > PER_PAGE else None)


def _in_reach(viewer: Actor) -> ColumnElement[bool]:
    """Give the places one looks after, and the county around them: its own agreements concern every township of it."""
    regions = regions_for(viewer, READ)
    counties = sorted({county_of(code) for code in regions if code and level_of(code) > Level.COUNTY})
    return or_(within(Agreement.region_code, regions), Agreement.region_code.in_(counties) if counties else false())


def _of_pile(pile: str, today: date) -> ColumnElement[bool]:
    if pile == "overdue":
        return is_owed(today)
    runs = Agreement.state == AgreementState.RUNNING.value
    if pile == "met":
        return and_(runs, Milestone.met_at.is_not(None))
    day = {
        "soon": and_(Milestone.due_on >= today, Milestone.due_on <= today + SOON),
        "later": Milestone.due_on > today + SOON,
    }
    return and_(runs, Milestone.met_at.is_(None), day[pile])


def _paged(asked: Select[*tuple[Any, ...]], pile: str, cursor: str | None) -> Select[*tuple[Any, ...]]:
    """Order by day, what was met the newest first; a day and a number say where the next page begins."""
    is_down = pile == "met"
    if cursor:
        day, number = _read(cursor)
        if is_down:
            later = or_(Milestone.due_on < day, and_(Milestone.due_on == day, Milestone.id < number))
        else:
            later = or_(Milestone.due_on > day, and_(Milestone.due_on == day, Milestone.id > number))
        asked = asked.where(later)
    if is_down:
        return asked.order_by(Milestone.due_on.desc(), Milestone.id.desc())
    return asked.order_by(Milestone.due_on, Milestone.id)


def _cursor(line: MilestoneLine) -> str:
    return f"{line.due_on.isoformat()}~{line.id}"


def _read(cursor: str) -> tuple[date, int]:
    day, _, number = cursor.partition("~")
    try:
        return date.fromisoformat(day), read_number(number)
    except ValueError:
        raise Invalid("cursor-unreadable", field="cursor") from None


def _line(row: Any, today: date) -> MilestoneLine:
    step, region, ends_on, organisation, name = row
    return MilestoneLine(
        id=step.id,
        ref=step.ref,
        title=step.title,
        due_on=step.due_on,
        met_on=None if step.met_at is None else day_of(step.met_at),
        days_over=max(0, (today - step.due_on).days) if step.met_at is None else 0,
        organisation=organisation,
        name=name,
        region=region,
        ends_on=ends_on,
    )
