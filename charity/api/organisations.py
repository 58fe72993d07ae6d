"""Verified organisations over the API: what everybody may read of them."""

from typing import Annotated

from flask import Blueprint
from pydantic import BaseModel, Field
from spectree import Response

from charity.api.shapes import Given, Problem, Short
from charity.api.spec import spec
from charity.queries.organisations.agreements import AgreementCard, list_public, list_running
from charity.queries.organisations.public import OrganisationCard, get_organisation, list_organisations
from charity.queries.organisations.totals import Totals
from charity.web.kit.doors import OPEN

bp = Blueprint("api_organisations", __name__)
DOORS = {"wall": OPEN, "show": OPEN, "agreements": OPEN}


class ListQuery(Given):
    """Where the list goes on."""

    cursor: Annotated[str | None, Field(max_length=40)] = None
    lang: Short = ""


class OrganisationItem(BaseModel):
    """A verified organisation."""

    id: str
    name: str
    kind: str
    receives_money: bool
    vetted_for_children: bool


class OrganisationList(BaseModel):
    """A page of organisations."""

    items: list[OrganisationItem]
    next: str | None


class Sums(BaseModel):
    """What came true: wishes, worth in fen, hours."""

    wishes: int
    fen: int
    hours: int


class MilestoneItem(BaseModel):
    """A promised step."""

    title: str
    due_on: str
    met_on: str | None
    is_overdue: bool


class AgreementItem(BaseModel):
    """A pairing agreement; its place is told by its county."""

    county: str
    level: str
    state: str
    commitments: str
    starts_on: str
    ends_on: str
    milestones: list[MilestoneItem]


class RunningAgreement(AgreementItem):
    """An agreement that runs, with the organisation that promised it."""

    organisation: str
    name: str


class AgreementQuery(ListQuery):
    """Of which county, and where the list goes on."""

    region: Annotated[str, Field(max_length=6, pattern=r"^(\d{2}|\d{4}|\d{6})?$")] = ""


class RunningAgreements(BaseModel):
    """A page of agreements."""

    items: list[RunningAgreement]
    next: str | None


class OrganisationWhole(OrganisationItem):
    """One organisation with its totals; members are null where they are fewer than five."""

    registration: str
    totals: Sums
    members: int | None
    members_totals: Sums | None
    agreements: list[AgreementItem]


@bp.get("/api/v1/organisations")
@spec.validate(resp=Response(HTTP_200=OrganisationList, HTTP_422=Problem), tags=["organisations"])
def wall(query: ListQuery) -> dict[str, object]:
    """List the verified organisations, newest first."""
    found = list_organisations(cursor=query.cursor)
    return OrganisationList(items=[_item(card) for card in found.cards], next=found.next).model_dump()


def _item(card: OrganisationCard) -> OrganisationItem:
    return OrganisationItem(
        id=card.ref,
        name=card.name,
        kind=card.kind,
        receives_money=card.takes_money,
        vetted_for_children=card.is_vetted,
    )


@bp.get("/api/v1/organisations/<ref>")
@spec.validate(resp=Response(HTTP_200=OrganisationWhole, HTTP_404=Problem), tags=["organisations"])
def show(ref: str) -> dict[str, object]:
    """Give one organisation with its totals and agreements."""
    found = get_organisation(ref)
    return OrganisationWhole(
        id=found.ref,
        name=found.name,
        kind=found.kind,
        receives_money=found.takes_money,
        vetted_for_children=found.is_vetted,
        registration=found.number,
        totals=_sums(found.totals),
        members=found.members.counted,
        members_totals=None if found.members.totals is None else _sums(found.members.totals),
        agreements=_agreements(ref),
    ).model_dump()


def _sums(totals: Totals) -> Sums:
    return Sums(wishes=totals.wishes, fen=totals.fen, hours=totals.hours)


def _agreements(ref: str) -> list[AgreementItem]:
    return [AgreementItem.model_validate(told_agreement(one)) for one in list_public(ref)]


def told_agreement(one: AgreementCard) -> dict[str, object]:
    """Give an agreement as the API shows it."""
    return {
        "county": one.county,
        "level": one.level,
        "state": one.state,
        "commitments": one.commitments,
        "starts_on": one.starts_on.isoformat(),
        "ends_on": one.ends_on.isoformat(),
        "milestones": [
            {
                "title": step.title,
                "due_on": step.due_on.isoformat(),
                "met_on": None if step.met_on is None else step.met_on.isoformat(),
                "is_overdue": step.is_overdue,
            }
            for step in one.steps
        ],
    }


@bp.get("/api/v1/agreements")
@spec.validate(resp=Response(HTTP_200=RunningAgreements, HTTP_422=Problem), tags=["organisations"])
def agreements(query: AgreementQuery) -> dict[str, object]:
    """List the pairing agreements that run, newest first."""
    found = list_running(region=query.region, cursor=query.cursor)
    items = [
        RunningAgreement.model_validate(told_agreement(one) | {"organisation": one.organisation, "name": one.name})
        for one in found.cards
    ]
    return RunningAgreements(items=items, next=found.next).model_dump()
