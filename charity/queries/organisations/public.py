"""Organisations as everybody sees them: verified ones by name, what came true through them, and what they agreed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.organisations import OrganisationState
from charity.models.concerned import is_open_page
from charity.models.organisations import Organisation
from charity.queries.cursors import read_number
from charity.queries.organisations.totals import MembersTotals, Totals, public_totals

PER_PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationCard:
    """A verified organisation in the list."""

    ref: str
    name: str
    kind: str
    takes_money: bool
    is_vetted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationList:
    """One page of the list and where the next begins."""

    cards: tuple[OrganisationCard, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPage:
    """A verified organisation's public page."""

    ref: str
    name: str
    number: str
    kind: str
    region: str
    since: date
    takes_money: bool
    is_vetted: bool
    vetted_on: date | None
    totals: Totals
    members: MembersTotals


def list_organisations(*, cursor: str | None = None) -> OrganisationList:
    """List the verified organisations, the newest first."""
    query = _verified().order_by(Organisation.id.desc()).limit(PER_PAGE + 1)
    if cursor:
        query = query.where(Organisation.id < read_number(cursor))
    rows = list(reading().scalars(query))
    return OrganisationList(
        cards=tuple(
            OrganisationCard(
                ref=row.ref, name=row.name, kind=row.kind, takes_money=row.takes_money, is_vetted=row.is_vetted
            )
            for row in rows[:PER_PAGE]
        ),
        next=str(rows[PER_PAGE - 1].id) if len(rows) > PER_PAGE else None,
    )


def get_organisation(ref: str) -> OrganisationPage:
    """Show a verified organisation; one that waits, was refused or has ended is missing."""
    row = reading().scalars(_verified().where(Organisation.ref == ref)).one_or_none()
    if row is None:
        raise Missing
    totals, members = public_totals(row.account_id or 0, row.id)
    return OrganisationPage(
        ref=row.ref,
        name=row.name,
        number=row.number,
        kind=row.kind,
        region=row.region_code,
        since=day_of(row.decided_at or clock.now()),
        takes_money=row.takes_money,
        is_vetted=row.is_vetted,
        vetted_on=row.vetted_on,
        totals=totals,
        members=members,
    )


def _verified() -> Select[Organisation]:
    verified = Organisation.state == OrganisationState.VERIFIED.value
    return select(Organisation).where(verified, is_open_page("/organisations/", Organisation.ref))
