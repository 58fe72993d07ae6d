"""Organisations as the office sees them that looks at them: what waits, what stands, and one with its papers."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, exists, select

from charity.adapters import clock
from charity.adapters.crypto import unseal, unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.organisations import RECEIVES_MONEY, BankAccount, OrganisationKind
from charity.domain.permissions import is_allowed, may_anywhere, regions_for
from charity.domain.regions import Level, level_of
from charity.models.accounts import Account, RoleGrant
from charity.models.officer_clocks import OPEN
from charity.models.organisation_changes import OfficerChange
from charity.models.organisation_rows import list_officers, read_bank
from charity.models.organisations import Organisation, place
from charity.models.roles import is_running
from charity.queries.organisations.waiting import Questions, find_questions
from charity.queries.scopes import within

MANAGE = "organisation.manage"
MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRow:
    """An organisation in the office's list."""

    ref: str
    name: str
    kind: str
    region: str
    state: str
    applied_at: datetime
    waits_for_bank: bool
    questions: Questions | None  # about who speaks for it


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePage:
    """An organisation with what its office must know to decide."""

    ref: str
    name: str
    number: str
    kind: str
    region: str
    state: str
    contact: str
    phone: str
    email: str
    bank: BankAccount
    applicant: str
    applied_at: datetime
    decided_at: datetime | None
    reason: str
    note: str
    takes_money: bool
    may_take_money: bool
    is_vetted: bool
    vetted_on: date | None
    vetting: str
    may_decide: bool


def list_for_office(viewer: Actor) -> tuple[OfficeRow, ...]:
    """List the organisations of the viewer's regions, those that wait first."""
    may_anywhere(viewer, MANAGE)
    asked = exists().where(OfficerChange.organisation_id == Organisation.id, OfficerChange.state == OPEN)
    first = case((Organisation.state == "applied", 0), (asked, 1), (Organisation.state == "verified", 2), else_=3)
    found = reading().scalars(
        select(Organisation)
        .where(within(Organisation.region_code, regions_for(viewer, MANAGE)))
        .order_by(first, Organisation.id.desc())
        .limit(MOST)
    )
    rows = found.all()
    questions = find_questions([row.id for row in rows], clock.now())
    return tuple(
        OfficeRow(
            ref=row.ref,
            name=row.name,
            kind=row.kind,
            region=row.region_code,
            state=row.state,
            applied_at=row.applied_at,
            waits_for_bank=row.state == "verified" and row.bank_sealed is not None and not row.takes_money,
            questions=questions.get(row.id),
        )
        for row in rows
    )


def get_for_office(viewer: Actor, ref: str) -> OfficePage:
    """Show one organisation to its office; outside the viewer's regions it is missing."""
    row = reading().scalars(select(Organisation).where(Organisation.ref == ref)).one_or_none()
    if row is None or not is_allowed(viewer, MANAGE, row.region_code):
        raise Missing
    applicant = reading().get_one(Account, row.applied_by_id).nickname
    concerned = {row.applied_by_id, *list_officers(reading(), row.id)}
    return OfficePage(
        ref=row.ref,
        name=row.name,
        number=row.number,
        kind=row.kind,
        region=row.region_code,
        state=row.state,
        contact=unseal(row.contact_sealed, place=place(row.ref, "contact")),
        phone=unseal(row.phone_sealed, place=place(row.ref, "phone")),
        email=unseal(row.email_sealed, place=place(row.ref, "email")),
        bank=read_bank(row),
        applicant=applicant,
        applied_at=row.applied_at,
        decided_at=row.decided_at,
        reason=row.reason,
        note=unseal_some(row.note_sealed, place=place(row.ref, "note")),
        takes_money=row.takes_money,
        may_take_money=row.bank_sealed is not None and OrganisationKind(row.kind) in RECEIVES_MONEY,
        is_vetted=row.is_vetted,
        vetted_on=row.vetted_on,
        vetting=unseal_some(row.vetting_sealed, place=place(row.ref, "vetting")),
        may_decide=viewer.account_id not in concerned,
    )


def list_offices() -> tuple[str, ...]:
    """List the regions where an administrator sits who may look at an organisation, the country first."""
    rows = reading().scalars(
        select(RoleGrant.region_code)
        .distinct()
        .where(RoleGrant.role == Role.ADMINISTRATOR.value, is_running(day_of(clock.now())))
        .order_by(RoleGrant.region_code)
        .limit(MOST)
    )
    return tuple(code for code in rows if not code or level_of(code) <= Level.COUNTY)
