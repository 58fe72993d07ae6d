"""Circles over the API: those that look for donors, and one of them, as everybody may read them."""

from typing import Annotated

from flask import Blueprint
from pydantic import BaseModel, Field
from spectree import Response

from charity.api.shapes import Given, Problem, Short
from charity.api.spec import spec
from charity.domain.actors import VISITOR
from charity.queries.circles.public import PublicCircle, get_public
from charity.queries.circles.wall import list_public
from charity.web.kit.doors import OPEN

bp = Blueprint("api_circles", __name__)
DOORS = {"wall": OPEN, "show": OPEN}


class CircleQuery(Given):
    """Of which province, city or county, and where the list goes on."""

    region: Annotated[str, Field(max_length=6, pattern=r"^(\d{2}|\d{4}|\d{6})?$")] = ""
    cursor: Annotated[str | None, Field(max_length=120)] = None
    lang: Short = ""


class CircleItem(BaseModel):
    """N donors around one household: what they promise, how many seats there are, and how many are taken."""

    id: str
    alias: str
    county: str
    state: str
    promise: str
    title: str
    details: str
    category: str
    unit: str
    monthly_fen: int
    seats: int
    least_seats: int
    taken: int
    giving: int
    months: int
    starts_on: str | None
    ends_on: str | None
    months_accompanied: int
    takes_donors: bool


class CircleList(BaseModel):
    """A page of circles."""

    items: list[CircleItem]
    next: str | None


class CircleWhole(CircleItem):
    """One circle, with the organisations, classes and teams that hold a seat and asked to be named."""

    groups: list[str]


@bp.get("/api/v1/circles")
@spec.validate(resp=Response(HTTP_200=CircleList, HTTP_404=Problem, HTTP_422=Problem), tags=["circles"])
def wall(query: CircleQuery) -> dict[str, object]:
    """List the circles that look for donors, the least taken first."""
    found = list_public(VISITOR, region=query.region, cursor=query.cursor)
    return CircleList(
        items=[CircleItem.model_validate(_told(one)) for one in found.cards], next=found.next
    ).model_dump()


@bp.get("/api/v1/circles/<ref>")
@spec.validate(resp=Response(HTTP_200=CircleWhole, HTTP_404=Problem), tags=["circles"])
def show(ref: str) -> dict[str, object]:
    """Give one circle that is public."""
    found = get_public(VISITOR, ref)
    groups = [group.name for group in found.groups]
    return CircleWhole.model_validate(_told(found) | {"groups": groups}).model_dump()


def _told(one: PublicCircle) -> dict[str, object]:
    return {
        "id": one.ref,
        "alias": one.alias,
        "county": one.county,
        "state": one.state,
        "promise": one.promise_kind,
        "title": one.title,
        "details": one.details,
        "category": one.category,
        "unit": one.unit_label,
        "monthly_fen": one.monthly_fen,
        "seats": one.target,
        "least_seats": one.least,
        "taken": one.taken,
        "giving": one.giving,
        "months": one.months,
        "starts_on": None if one.starts_on is None else one.starts_on.isoformat(),
        "ends_on": None if one.ends_on is None else one.ends_on.isoformat(),
        "months_accompanied": one.months_accompanied,
        "takes_donors": one.takes_donors,
    }
