"""Concerns over the API: reporting one without an account, following it by its number, and what reviewers do then."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from flask import Blueprint, request
from pydantic import BaseModel, Field
from spectree import Response

from charity.api.shapes import Given, Line, Problem, Short
from charity.api.spec import spec
from charity.api.wishes import REFUSALS, TOKEN, iso
from charity.domain.concerns import about_wish
from charity.domain.errors import Missing
from charity.queries.concerns import find_named, get_concern
from charity.services.pledges.cases import report
from charity.services.wishes import takedowns
from charity.web.kit.doors import OPEN, SIGNED_IN
from charity.web.kit.viewer import viewer

bp = Blueprint("api_concerns", __name__)
DOORS = {"send": OPEN, "show": OPEN, "take": SIGNED_IN}


class ConcernBody(Given):
    """What worries somebody: the page as it stands in its address, a reason of the form, and own words."""

    page: Line = ""
    reason: Short
    words: Annotated[str, Field(min_length=1, max_length=1000)]
    reply: Line = ""


class Reported(BaseModel):
    """The number under which a concern is looked into."""

    number: str


class ConcernItem(BaseModel):
    """How far a concern has come; it names nobody, and nothing of what it is about."""

    number: str
    state: str
    reported_at: str
    answer_by: str | None
    looked_into_at: str | None
    hidden_at: str | None
    minutes_to_hide: int | None
    shown_at: str | None
    answered_at: str | None


class ConcernAct(Given):
    """What an act on a concern may need: how much goes, whose name, why it comes back, what the concern is about."""

    scope: Short = "thing"
    name: Line = ""
    reason: Line = ""
    thing: Line = ""


class ConcernActed(BaseModel):
    """How many things an act took out of sight, or brought back."""

    number: str
    things: int


@bp.post("/api/v1/concerns")
@spec.validate(
    resp=Response(HTTP_201=Reported, HTTP_404=Problem, HTTP_422=Problem, HTTP_429=Problem), tags=["concerns"]
)
def send(json: ConcernBody) -> tuple[dict[str, object], int]:
    """Report a concern about a public page; no account is needed."""
    number = report(
        viewer(),
        reason=json.reason,
        words=json.words,
        reply=json.reply,
        page=json.page,
        wish_ref=about_wish(json.page),
        address=request.remote_addr or "",
    )
    return Reported(number=number).model_dump(), 201


@bp.get("/api/v1/concerns/<number>")
@spec.validate(resp=Response(HTTP_200=ConcernItem, HTTP_404=Problem), tags=["concerns"])
def show(number: str) -> dict[str, object]:
    """Tell how far a concern has come to whoever has its number."""
    found = get_concern(number)
    return ConcernItem(
        number=found.number,
        state=found.state.value,
        reported_at=iso(found.reported_at),
        answer_by=_said(found.answer_by),
        looked_into_at=_said(found.looked_into_at),
        hidden_at=_said(found.hidden_at),
        minutes_to_hide=found.minutes,
        shown_at=_said(found.shown_at),
        answered_at=_said(found.answered_at),
    ).model_dump()


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def _take_up(number: str, body: ConcernAct) -> int:
    takedowns.take_up(viewer(), number, thing=body.thing)
    return 0


def _take_down(number: str, body: ConcernAct) -> int:
    name = find_named(viewer(), number, body.name) if body.name else ""
    return takedowns.take_down(viewer(), number, scope=body.scope, name=name)


ACTS: dict[str, Callable[[str, ConcernAct], int]] = {
    "take-up": _take_up,
    "take-down": _take_down,
    "bring-back": lambda number, body: takedowns.bring_back(viewer(), number, reason=body.reason),
}


@bp.post("/api/v1/concerns/<number>/<act>")
@spec.validate(resp=Response(HTTP_200=ConcernActed, **REFUSALS), tags=["concerns"], security=TOKEN)
def take(number: str, act: str, json: ConcernAct) -> dict[str, object]:
    """Act on a concern as a reviewer or auditor of its place: take-up, take-down, bring-back."""
    if act not in ACTS:
        raise Missing
    return ConcernActed(number=number, things=ACTS[act](number, json)).model_dump()
