"""Organisations over the API for their own people: joining, leaving, money that comes in, agreements to answer."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import BaseModel, Field
from spectree import Response

from charity.api.organisations import AgreementItem, ListQuery, told_agreement
from charity.api.shapes import Given, Problem, Short
from charity.api.spec import spec
from charity.api.wishes import REFUSALS, TOKEN, iso
from charity.queries.organisations.agreements import list_for_officers
from charity.queries.organisations.money import MoneyRow, get_money_pile
from charity.queries.organisations.own import list_own
from charity.services.organisations import agreements as answering
from charity.services.organisations import people
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.viewer import viewer

bp = Blueprint("api_own_organisations", __name__)
DOORS = dict.fromkeys(("mine", "join", "leave", "money", "agreements", "answer"), SIGNED_IN)


class LangQuery(Given):
    """In which language refusals are told."""

    lang: Short = ""


class OwnItem(BaseModel):
    """An organisation the caller belongs to, and as what."""

    id: str
    name: str
    state: str
    part: str
    is_counted: bool


class OwnList(BaseModel):
    """The caller's organisations."""

    items: list[OwnItem]


class JoinBody(Given):
    """The code of an organisation, and whether one's gifts count on its page."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    is_counted: bool = False


class Joined(BaseModel):
    """The organisation that was joined."""

    id: str


class MoneyQuery(ListQuery):
    """Which pile of gifts, and where it goes on."""

    pile: Literal["arrive", "pay", "back", "paid", "ended"] = "arrive"
    cursor: Annotated[str | None, Field(max_length=80)] = None


class MoneyItem(BaseModel):
    """A gift of money on its way to the organisation, there, or paid; acts on it are acts on its pledge."""

    pledge_id: str
    reference: str
    wish_id: str
    title: str
    county: str
    units: int
    amount_fen: int
    state: str
    sent_at: str | None
    act_by: str | None
    is_overdue: bool
    has_case: bool


class MoneyList(BaseModel):
    """A page of a pile of gifts."""

    items: list[MoneyItem]
    next: str | None


class OfficersAgreement(AgreementItem):
    """An agreement of one's organisation, also one that waits for its answer."""

    id: str


class OfficersAgreements(BaseModel):
    """A page of an organisation's agreements."""

    items: list[OfficersAgreement]
    next: str | None


class AnswerBody(Given):
    """Yes or no in the organisation's name."""

    agrees: bool


class Answered(BaseModel):
    """What was said."""

    id: str
    agrees: bool


@bp.get("/api/v1/me/organisations")
@spec.validate(resp=Response(HTTP_200=OwnList, HTTP_401=Problem, HTTP_422=Problem), tags=["me"], security=TOKEN)
def mine(query: LangQuery) -> dict[str, object]:
    """List the organisations the caller belongs to."""
    items = [
        OwnItem(id=one.ref, name=one.name, state=one.state, part=one.part, is_counted=one.is_counted)
        for one in list_own(viewer())
    ]
    return OwnList(items=items).model_dump()


@bp.post("/api/v1/me/organisations")
@spec.validate(resp=Response(HTTP_201=Joined, HTTP_429=Problem, **REFUSALS), tags=["me"], security=TOKEN)
def join(json: JoinBody) -> tuple[dict[str, object], int]:
    """Join an organisation by its code."""
    return Joined(id=people.join(viewer(), code=json.code, is_counted=json.is_counted)).model_dump(), 201


@bp.delete("/api/v1/me/organisations/<ref>")
@spec.validate(resp=Response("HTTP_204", **REFUSALS), tags=["me"], security=TOKEN)
def leave(ref: str) -> tuple[str, int]:
    """Leave an organisation; its last officers stay."""
    people.leave(viewer(), ref)
    return "", 204


@bp.get("/api/v1/organisations/<ref>/money")
@spec.validate(
    resp=Response(HTTP_200=MoneyList, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    tags=["organisations"],
    security=TOKEN,
)
def money(ref: str, query: MoneyQuery) -> dict[str, object]:
    """List gifts of money to an organisation for its officers; `receive` and `hand-over` are acts on the pledges."""
    pile = get_money_pile(viewer(), ref, query.pile, cursor=query.cursor or "").piles[query.pile]
    return MoneyList(items=[_gift(row) for row in pile.rows], next=pile.next).model_dump()


def _gift(row: MoneyRow) -> MoneyItem:
    return MoneyItem(
        pledge_id=row.ref,
        reference=row.reference,
        wish_id=row.wish,
        title=row.title,
        county=row.county,
        units=row.units,
        amount_fen=row.fen,
        state=row.state,
        sent_at=None if row.sent_at is None else iso(row.sent_at),
        act_by=None if row.act_by is None else iso(row.act_by),
        is_overdue=row.is_overdue,
        has_case=row.has_case,
    )


@bp.get("/api/v1/organisations/<ref>/agreements")
@spec.validate(
    resp=Response(HTTP_200=OfficersAgreements, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    tags=["organisations"],
    security=TOKEN,
)
def agreements(ref: str, query: ListQuery) -> dict[str, object]:
    """List all agreements of an organisation for its officers, also those that wait for an answer."""
    found = list_for_officers(viewer(), ref, cursor=query.cursor)
    items = [OfficersAgreement.model_validate(told_agreement(one) | {"id": one.ref}) for one in found.cards]
    return OfficersAgreements(items=items, next=found.next).model_dump()


@bp.post("/api/v1/organisations/<ref>/agreements/<agreement>")
@spec.validate(resp=Response(HTTP_200=Answered, **REFUSALS), tags=["organisations"], security=TOKEN)
def answer(ref: str, agreement: str, json: AnswerBody) -> dict[str, object]:
    """Say yes or no to a proposed agreement as an officer; from a yes on it is public."""
    answering.answer(viewer(), ref, agreement, agrees=json.agrees)
    return Answered(id=agreement, agrees=json.agrees).model_dump()
