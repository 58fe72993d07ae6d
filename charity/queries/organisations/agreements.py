"""Pairing agreements: in public by county, for their organisation, and for the office of their place."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.organisations import AgreementState, OrganisationState, is_overdue
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.regions import Level, county_of, level_of
from charity.models.organisations import Agreement, Milestone, Organisation
from charity.queries.organisations.own import find_spoken_for
from charity.queries.scopes import within

MANAGE = "agreement.manage"
MOST = 200
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
class Pairings:
    """How many agreements run, and how many of their promised steps are overdue."""

    running: int
    overdue: int


def list_public(organisation_ref: str) -> tuple[AgreementCard, ...]:
    """List the agreements of an organisation that both sides said yes to, the newest first."""
    return _cards(Organisation.ref == organisation_ref, Agreement.state.in_(PUBLIC), is_public=True)


def list_for_officers(viewer: Actor, organisation_ref: str) -> tuple[AgreementCard, ...]:
    """List all agreements of an organisation the viewer speaks for."""
    if find_spoken_for(viewer, organisation_ref) is None:
        raise Missing
    return _cards(Organisation.ref == organisation_ref)


def list_for_office(viewer: Actor) -> tuple[AgreementCard, ...]:
    """List the agreements of the viewer's regions."""
    may_anywhere(viewer, MANAGE)
    return _cards(within(Agreement.region_code, regions_for(viewer, MANAGE)))


def list_partners() -> tuple[tuple[str, str], ...]:
    """List the verified organisations an office may write an agreement with: reference and name."""
    rows = reading().execute(
        select(Organisation.ref, Organisation.name)
        .where(Organisation.state == OrganisationState.VERIFIED.value)
        .order_by(Organisation.name, Organisation.id)
        .limit(MOST)
    )
    return tuple((ref, name) for ref, name in rows)


def ask_pairings(today: date) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """Ask how many agreements run, and how many of their steps are overdue, as parts of another question."""
    running = select(func.count()).select_from(Agreement).where(Agreement.state == AgreementState.RUNNING.value)
    overdue = (
        select(func.count())
        .select_from(Milestone)
        .join(Agreement, Agreement.id == Milestone.agreement_id)
        .where(Agreement.state == AgreementState.RUNNING.value, Milestone.met_at.is_(None), Milestone.due_on < today)
    )
    return running.scalar_subquery(), overdue.scalar_subquery()


def _cards(*conditions: ColumnElement[bool], is_public: bool = False) -> tuple[AgreementCard, ...]:
    asked = select(Agreement.id).join(Organisation, Organisation.id == Agreement.organisation_id).where(*conditions)
    rows = reading().execute(
        select(Agreement, Organisation.ref, Organisation.name, Milestone)
        .join(Organisation, Organisation.id == Agreement.organisation_id)
        .outerjoin(Milestone, Milestone.agreement_id == Agreement.id)
        .where(Agreement.id.in_(asked.order_by(Agreement.id.desc()).limit(MOST)))
        .order_by(Agreement.id.desc(), Milestone.due_on, Milestone.id)
    )
    known: dict[int, tuple[Agreement, str, str]] = {}
    steps: dict[int, list[StepCard]] = defaultdict(list)
    today = day_of(clock.now())
    for row, ref, name, milestone in rows:
        known[row.id] = (row, ref, name)
        steps[row.id] += _steps(milestone, today)
    return tuple(_card(row, ref, name, steps[row.id], is_public=is_public) for row, ref, name in known.values())


def _card(row: Agreement, organisation: str, name: str, steps: list[StepCard], *, is_public: bool) -> AgreementCard:
    level = level_of(row.region_code)
    return AgreementCard(
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
