"""Pairing agreements: in public by county, for their organisation, and for the office of their place."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, extract, func, or_, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import SHANGHAI, day_of
from charity.domain.errors import Missing
from charity.domain.organisations import AgreementState, OrganisationState, is_overdue
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.regions import Level, county_of, level_of
from charity.models.concerned import is_open_page
from charity.models.organisations import Agreement, Milestone, Organisation
from charity.queries.cursors import read_number
from charity.queries.organisations.own import find_spoken_for
from charity.queries.scopes import within

MANAGE = "agreement.manage"
MOST, MOST_PARTNERS, PER_PAGE = 200, 2_000, 20
COUNTY_DIGITS = 6
ONE_DAY = timedelta(days=1)
FROM_UTC = int(SHANGHAI.utcoffset(None).total_seconds())
PUBLIC = (AgreementState.RUNNING.value, AgreementState.ENDED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCard:
    """One promised step."""

    ref: str
    title: str
    due_on: date
    met_on: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementCard:
    """An agreement; to everybody its place is a county, and whether it is a village or township in it."""

    id: int
    ref: str
    organisation: str
    name: str
    region: str
    county: str
    level: str
    state: str
    commitments: str
    starts_on: date
    ends_on: date
    steps: tuple[StepCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    """One page of agreements and where the next begins."""

    cards: tuple[AgreementCard, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairings:
    """How many agreements run, and how many promised steps are overdue, also of agreements that have ended."""

    running: int
    overdue: int


def list_public(organisation_ref: str) -> tuple[AgreementCard, ...]:
    """List the agreements of an organisation that both sides said yes to, the newest first."""
    agreed = Agreement.state.in_(PUBLIC), Agreement.answered_at.is_not(None)  # a proposal may end without an answer
    return _cards(Organisation.ref == organisation_ref, *agreed, _is_in_sight(), is_public=True)


def list_running(*, region: str = "", cursor: str | None = None) -> AgreementPage:
    """List the agreements that run, and the ended ones that still owe a step, the newest first; a place is its county.

    Only those with organisations everybody can see.
    """
    conditions = [_runs_or_owes(day_of(clock.now())), is_open_page("/organisations/", Organisation.ref)]
    if region:
        # Never narrower than a county, so that nobody learns which village it is.
        conditions.append(Agreement.region_code.startswith(region[:COUNTY_DIGITS]))
    if cursor:
        conditions.append(Agreement.id < read_number(cursor))
    return _page(*conditions, is_public=True)


def list_counties() -> tuple[str, ...]:
    """List the counties with which agreements run, or which are still owed a step."""
    county = func.substr(Agreement.region_code, 1, COUNTY_DIGITS)
    seen = (_runs_or_owes(day_of(clock.now())), is_open_page("/organisations/", Organisation.ref))
    joined = select(county).distinct().join(Organisation, Organisation.id == Agreement.organisation_id)
    rows = reading().scalars(joined.where(*seen))
    return tuple(sorted(rows)[:MOST])


def count_overdue(region: str = "") -> int:
    """Count the overdue steps of a county, or of all."""
    here = Agreement.region_code.startswith(region[:COUNTY_DIGITS], autoescape=True)
    return int(reading().scalar(_count_owed(day_of(clock.now())).where(here)) or 0)


def list_for_officers(viewer: Actor, organisation_ref: str, *, cursor: str | None = None) -> AgreementPage:
    """List all agreements of an organisation the viewer speaks for, the newest first."""
    if find_spoken_for(viewer, organisation_ref) is None:
        raise Missing
    conditions = [Organisation.ref == organisation_ref]
    if cursor:
        conditions.append(Agreement.id < read_number(cursor))
    return _page(*conditions)


def list_for_office(viewer: Actor, *, cursor: str | None = None) -> AgreementPage:
    """List the agreements of the viewer's regions, the newest first."""
    may_anywhere(viewer, MANAGE)
    conditions = [within(Agreement.region_code, regions_for(viewer, MANAGE))]
    if cursor:
        conditions.append(Agreement.id < read_number(cursor))
    return _page(*conditions)


def list_partners() -> tuple[tuple[str, str], ...]:
    """List the verified organisations an office may write an agreement with: reference and name."""
    rows = reading().execute(
        select(Organisation.ref, Organisation.name)
        .where(Organisation.state == OrganisationState.VERIFIED.value)
        .order_by(Organisation.name, Organisation.id)
        .limit(MOST_PARTNERS)
    )
    return tuple((ref, name) for ref, name in rows)


def ask_pairings(today: date) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """Ask how many agreements run, and how many steps are overdue, as parts of another question."""
    runs = Agreement.state == AgreementState.RUNNING.value, _is_in_sight()
    running = select(func.count()).select_from(Agreement).where(*runs)
    return running.scalar_subquery(), _count_owed(today).scalar_subquery()


def is_owed(today: date) -> ColumnElement[bool]:
    """Give the condition that a step's day has passed without it, before its agreement ended, as `_owed_until` says.

    That an agreement ends makes no promise good: its step stays overdue until the place sees it met.
    """
    by_its_end = extract("epoch", Agreement.ended_at) >= extract("epoch", Milestone.due_on) - FROM_UTC
    ended = and_(Agreement.state == AgreementState.ENDED.value, Agreement.answered_at.is_not(None), by_its_end)
    runs = Agreement.state == AgreementState.RUNNING.value
    return and_(Milestone.met_at.is_(None), Milestone.due_on < today, or_(runs, ended))


def _runs_or_owes(today: date) -> ColumnElement[bool]:
    owes = exists().where(Milestone.agreement_id == Agreement.id, is_owed(today)).correlate(Agreement)
    return and_(or_(Agreement.state == AgreementState.RUNNING.value, owes), _is_in_sight())


def _is_in_sight() -> ColumnElement[bool]:
    """Give the condition that no concern keeps an agreement out of sight: its line, its county, its steps in sums."""
    return is_open_page("/agreements/", Agreement.ref)


def _count_owed(today: date) -> Select[int]:
    steps = select(func.count()).select_from(Milestone).join(Agreement, Agreement.id == Milestone.agreement_id)
    return steps.where(is_owed(today), _is_in_sight())


def _page(*conditions: ColumnElement[bool], is_public: bool = False) -> AgreementPage:
    cards = _cards(*conditions, is_public=is_public, most=PER_PAGE + 1)
    more = len(cards) > PER_PAGE
    return AgreementPage(cards=cards[:PER_PAGE], next=str(cards[PER_PAGE - 1].id) if more else None)


def _cards(*conditions: ColumnElement[bool], is_public: bool = False, most: int = MOST) -> tuple[AgreementCard, ...]:
    asked = select(Agreement.id).join(Organisation, Organisation.id == Agreement.organisation_id).where(*conditions)
    rows = reading().execute(
        select(Agreement, Organisation.ref, Organisation.name, Milestone)
        .join(Organisation, Organisation.id == Agreement.organisation_id)
        .outerjoin(Milestone, Milestone.agreement_id == Agreement.id)
        .where(Agreement.id.in_(asked.order_by(Agreement.id.desc()).limit(most)))
        .order_by(Agreement.id.desc(), Milestone.due_on, Milestone.id)
    )
    known: dict[int, tuple[Agreement, str, str]] = {}
    steps: dict[int, list[StepCard]] = defaultdict(list)
    today = day_of(clock.now())
    for row, ref, name, milestone in rows:
        known[row.id] = (row, ref, name)
        steps[row.id] += _steps(milestone, _owed_until(row, today))
    return tuple(_card(row, ref, name, steps[row.id], is_public=is_public) for row, ref, name in known.values())


def _card(row: Agreement, organisation: str, name: str, steps: list[StepCard], *, is_public: bool) -> AgreementCard:
    level = level_of(row.region_code)
    return AgreementCard(
        id=row.id,
        ref=row.ref,
        organisation=organisation,
        name=name,
        region=county_of(row.region_code) if is_public else row.region_code,
        county=county_of(row.region_code),
        level={Level.VILLAGE: "village", Level.TOWNSHIP: "township"}.get(level, "county"),
        state=row.state,
        commitments=row.commitments,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        steps=tuple(steps),
    )


def _owed_until(row: Agreement, today: date) -> date:
    """Give the day before which steps are owed: never what nobody agreed to, nor what was due after the end."""
    if row.answered_at is None:
        return row.starts_on
    return today if row.ended_at is None else min(today, day_of(row.ended_at) + ONE_DAY)


def _steps(row: Milestone | None, today: date) -> list[StepCard]:
    if row is None:
        return []
    return [
        StepCard(
            ref=row.ref,
            title=row.title,
            due_on=row.due_on,
            met_on=None if row.met_at is None else day_of(row.met_at),
            is_overdue=is_overdue(due_on=row.due_on, met=row.met_at is not None, today=today),
        )
    ]


def list_over(today: date, limit: int) -> list[str]:
    """List the agreements whose last day has passed and that nobody has ended yet."""
    standing = (AgreementState.PROPOSED.value, AgreementState.RUNNING.value)
    over = select(Agreement.ref).where(Agreement.state.in_(standing), Agreement.ends_on < today)
    return list(reading().scalars(over.order_by(Agreement.id).limit(limit)))
