"""Hours over the API: what a wish for hours asks for, and the meetings of a claim of one's own."""

from flask import Blueprint
from pydantic import BaseModel
from spectree import Response

from charity.api.shapes import Problem
from charity.api.spec import spec
from charity.api.wishes import TOKEN
from charity.domain.errors import Missing
from charity.queries.pledges.own import get_card
from charity.queries.services import find_service, list_meetings
from charity.queries.wishes.page import get_wish
from charity.web.kit.doors import OPEN, SIGNED_IN
from charity.web.kit.viewer import viewer

bp = Blueprint("api_hours", __name__)
DOORS = {"terms": OPEN, "meetings": SIGNED_IN}


class ServiceTerms(BaseModel):
    """What a wish for hours says beside the hours; nothing in it tells who or where it is."""

    subject: str
    mode: str
    first_on: str
    last_on: str
    serves_children: bool
    through: str


class Meeting(BaseModel):
    """One meeting: agreed for a day, or given with its hours."""

    pledge_id: str
    day: str
    hours: int | None
    people: int
    state: str


class Meetings(BaseModel):
    """All meetings of a claim, by their days."""

    items: list[Meeting]


@bp.get("/api/v1/wishes/<ref>/service")
@spec.validate(resp=Response(HTTP_200=ServiceTerms, HTTP_404=Problem), tags=["hours"])
def terms(ref: str) -> dict[str, object]:
    """Give what a public wish for hours asks for; a wish of another kind has nothing here."""
    get_wish(viewer(), ref)
    found = find_service(ref)
    if found is None:
        raise Missing
    return ServiceTerms(
        subject=found.subject,
        mode=found.mode,
        first_on=found.first_on.isoformat(),
        last_on=found.last_on.isoformat(),
        serves_children=found.serves_children,
        through=found.through,
    ).model_dump()


@bp.get("/api/v1/pledges/<ref>/meetings")
@spec.validate(resp=Response(HTTP_200=Meetings, HTTP_401=Problem, HTTP_404=Problem), tags=["hours"], security=TOKEN)
def meetings(ref: str) -> dict[str, object]:
    """List the meetings of the claim that one of the caller's own pledges belongs to."""
    get_card(viewer(), ref)
    items = [
        Meeting(pledge_id=one.pledge, day=one.day.isoformat(), hours=one.hours, people=one.people, state=one.state)
        for one in list_meetings(viewer(), ref)
    ]
    return Meetings(items=items).model_dump()
