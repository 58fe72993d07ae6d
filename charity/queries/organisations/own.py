"""Organisations as their own people see them: one's own, and the officers' desk."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, literal, select, tuple_

from charity.adapters import clock
from charity.adapters.crypto import unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing, SignInNeeded
from charity.domain.organisations import OrganisationState, Part
from charity.models.accounts import Account
from charity.models.organisation_rows import list_officers, read_bank
from charity.models.organisations import Organisation, OrganisationPerson, place
from charity.queries.cursors import read_number
from charity.queries.organisations.totals import MembersTotals, Totals, members_totals, own_totals

MOST, PER_PAGE = 500, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOrganisation:
    """An organisation the viewer belongs to, and as what."""

    ref: str
    name: str
    state: str
    part: str
    is_counted: bool
    may_leave: bool
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """Somebody in an organisation, by the nickname he chose."""

    ref: str
    nickname: str
    part: str
    is_counted: bool
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An organisation as those see it who speak for it."""

    ref: str
    name: str
    number: str
    kind: str
    state: str
    takes_money: bool
    is_vetted: bool
    bank: str
    code_until: datetime | None
    officers: int
    people: tuple[PersonCard, ...]
    people_next: str | None
    totals: Totals
    members: MembersTotals
    is_person: bool


def list_own(viewer: Actor) -> tuple[OwnOrganisation, ...]:
    """List the organisations the viewer belongs to, those he speaks for first."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    rows = reading().execute(
        select(Organisation, OrganisationPerson.part, OrganisationPerson.is_counted)
        .join(OrganisationPerson, OrganisationPerson.organisation_id == Organisation.id)
        .where(OrganisationPerson.account_id == viewer.account_id, OrganisationPerson.left_at.is_(None))
        .order_by(OrganisationPerson.part.desc(), Organisation.id.desc())
        .limit(MOST)
    )
    return tuple(
        OwnOrganisation(
            ref=row.ref,
            name=row.name,
            state=row.state,
            part=part,
            is_counted=is_counted,
            may_leave=part == Part.MEMBER.value or len(list_officers(reading(), row.id)) > 1,
            reason=row.reason,
            note=unseal_some(row.note_sealed, place=place(row.ref, "note")) if part == Part.OFFICER.value else "",
        )
        for row, part, is_counted in rows
    )


def find_spoken_for(viewer: Actor, ref: str) -> Organisation | None:
    """Find an organisation the viewer speaks for, himself or by its own account."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    row = reading().scalars(select(Organisation).where(Organisation.ref == ref)).one_or_none()
    if row is None or not speaks_for(viewer, row):
        return None
    return row


def speaks_for(viewer: Actor, row: Organisation) -> bool:
    """Say whether the viewer speaks for an organisation."""
    return row.account_id == viewer.account_id or viewer.account_id in list_officers(reading(), row.id)


def get_desk(viewer: Actor, ref: str, *, people_from: str | None = None) -> Desk:
    """Show the officers' desk, its people from a place on; for everybody else it is missing."""
    row = find_spoken_for(viewer, ref)
    if row is None or row.state not in (OrganisationState.VERIFIED.value, OrganisationState.ENDED.value):
        raise Missing
    runs = row.code_expires_at is not None and row.code_expires_at > clock.now()
    people, people_next = _people(viewer, row, people_from)
    return Desk(
        ref=row.ref,
        name=row.name,
        number=row.number,
        kind=row.kind,
        state=row.state,
        takes_money=row.takes_money,
        is_vetted=row.is_vetted,
        bank=_masked(row),
        code_until=row.code_expires_at if runs else None,
        officers=len(list_officers(reading(), row.id)),
        people=people,
        people_next=people_next,
        totals=own_totals(row.account_id),
        members=members_totals(row.id),
        is_person=row.account_id != viewer.account_id,
    )


def _masked(row: Organisation) -> str:
    bank = read_bank(row)
    return f"{bank.bank} …{bank.number[-4:]}" if bank.is_given else ""


def _people(viewer: Actor, row: Organisation, start: str | None) -> tuple[tuple[PersonCard, ...], str | None]:
    """Give a page of people, those who speak for it first, and where the next begins."""
    first = case((OrganisationPerson.part == Part.OFFICER.value, 0), else_=1)
    asked = (
        select(
            OrganisationPerson.id,
            OrganisationPerson.ref,
            OrganisationPerson.account_id,
            OrganisationPerson.part,
            OrganisationPerson.is_counted,
            Account.nickname,
        )
        .join(Account, Account.id == OrganisationPerson.account_id)
        .where(OrganisationPerson.organisation_id == row.id, OrganisationPerson.left_at.is_(None))
    )
    if start:
        part, _, number = start.partition("~")
        place = tuple_(literal(read_number(part)), literal(read_number(number)))
        asked = asked.where(tuple_(first, OrganisationPerson.id) > place)
    rows = reading().execute(asked.order_by(first, OrganisationPerson.id).limit(PER_PAGE + 1)).all()
    mine = viewer.officer_id or viewer.account_id
    shown = rows[:PER_PAGE]
    after = f"{0 if shown[-1].part == Part.OFFICER.value else 1}~{shown[-1].id}" if len(rows) > PER_PAGE else None
    return tuple(
        PersonCard(
            ref=one.ref,
            nickname=one.nickname,
            part=one.part,
            is_counted=one.is_counted,
            is_own=one.account_id == mine,
        )
        for one in shown
    ), after
