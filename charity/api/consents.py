"""Consents over the API: what a family's people allow, what ends soon, and writing down a yes, a no or a renewal.

People are told by their aliases, as on the pages that show without an open file; names are in no answer.
"""

from typing import Annotated, BinaryIO, cast

from flask import Blueprint, request
from pydantic import BaseModel, Field
from spectree import Response

from charity.adapters.sealed_pictures import draw
from charity.api.shapes import Given, Problem
from charity.api.spec import spec
from charity.api.wishes import REFUSALS, TOKEN, iso
from charity.domain.actors import Role
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Invalid
from charity.queries.consents import EndingConsents, SaidConsent, list_ending, list_said
from charity.services.register import records, renewals
from charity.services.register.records import ConsentGiven
from charity.web.kit.doors import roles
from charity.web.kit.pictures import with_sealed
from charity.web.kit.viewer import viewer

bp = Blueprint("api_consents", __name__)
DOORS = dict.fromkeys(("ending", "said", "record", "renew"), roles(Role.VOLUNTEER, Role.REVIEWER))
READING = {f"HTTP_{status}": Problem for status in (401, 403, 404)}
YES = "yes"


class EndingItem(BaseModel):
    """What one person allows and ends within 60 days, said by the same side: asked again in one go."""

    household_id: str
    region: str
    member_id: str
    alias: str
    relation: str
    given_by: str
    purposes: list[str]
    ends_on: str
    ends_with_age: bool


class EndingList(BaseModel):
    """The first to end, at most 200 people."""

    items: list[EndingItem]


class SaidItem(BaseModel):
    """The last word of one side about one use of one person's data."""

    member_id: str
    alias: str
    relation: str
    purpose: str
    audience: str
    agrees: bool
    given_by: str
    giver_id: str | None
    valid_until: str | None
    ends_soon: bool
    recorded_at: str


class SaidList(BaseModel):
    """What stands of one family, person by person."""

    items: list[SaidItem]


class ConsentBody(Given):
    """What a person, or who speaks for the person, said to some uses; a withdrawal is a no."""

    member_id: Annotated[str, Field(min_length=1, max_length=13)]
    given_by: GivenBy
    giver_id: Annotated[str, Field(max_length=13)] = ""  # the elder, where he lives with the family
    purposes: Annotated[list[Purpose], Field(min_length=1, max_length=len(Purpose))]
    agrees: bool
    child_agrees: bool | None = None
    parent_agreed: bool = False


@bp.get("/api/v1/consents")
@spec.validate(resp=Response(HTTP_200=EndingList, **READING), tags=["consents"], security=TOKEN)
def ending() -> dict[str, object]:
    """List whose consents of the caller's regions end within 60 days."""
    return EndingList(items=[_ending(one) for one in list_ending(viewer())]).model_dump()


def _ending(one: EndingConsents) -> EndingItem:
    return EndingItem(
        household_id=one.household,
        region=one.region,
        member_id=one.member,
        alias=one.member_alias,
        relation=one.relation,
        given_by=one.given_by,
        purposes=list(one.purposes),
        ends_on=one.ends_on.isoformat(),
        ends_with_age=one.ends_with_age,
    )


@bp.get("/api/v1/households/<ref>/consents")
@spec.validate(resp=Response(HTTP_200=SaidList, **READING), tags=["consents"], security=TOKEN)
def said(ref: str) -> dict[str, object]:
    """Give what the people of a family of the caller's region said last to each use."""
    return _said(ref)


def _said(ref: str) -> dict[str, object]:
    return SaidList(items=[_item(one) for one in list_said(viewer(), ref)]).model_dump()


def _item(one: SaidConsent) -> SaidItem:
    return SaidItem(
        member_id=one.member,
        alias=one.member_alias,
        relation=one.relation,
        purpose=one.purpose,
        audience=one.audience,
        agrees=one.is_granted,
        given_by=one.given_by,
        giver_id=one.giver,
        valid_until=None if one.valid_until is None else one.valid_until.isoformat(),
        ends_soon=one.ends_soon,
        recorded_at=iso(one.recorded_at),
    )


@bp.post("/api/v1/households/<ref>/consents")
@spec.validate(resp=Response(HTTP_200=SaidList, **REFUSALS), tags=["consents"], security=TOKEN)
def record(ref: str, json: ConsentBody) -> dict[str, object]:
    """Write down a yes, a no or a withdrawal; a no hides at once what it allowed."""
    given = tuple(
        ConsentGiven(
            purpose=purpose,
            is_granted=json.agrees,
            given_by=json.given_by,
            giver=json.giver_id,
            child_agrees=json.child_agrees,
            parent_agreed=json.parent_agreed,
        )
        for purpose in dict.fromkeys(json.purposes)
    )
    records.record_consents(viewer(), ref, json.member_id, given=given)
    return _said(ref)


@bp.post("/api/v1/households/<ref>/consents/renew")
@spec.validate(resp=Response(HTTP_200=SaidList, **REFUSALS), tags=["consents"], security=TOKEN)
def renew(ref: str) -> dict[str, object]:
    """Renew what one side allowed and ends soon: multipart, with the picture of the signed paper as photo."""
    told, upload = request.form, request.files.get("photo")
    side, word = told.get("given_by", ""), told.get("child_agrees", "")
    if upload is None or not upload.filename:
        raise Invalid("paper-missing", field="photo")
    if side not in set(GivenBy):
        raise Invalid("bad-input", params={"field": "given_by"})
    with_sealed(
        draw(cast(BinaryIO, upload.stream)),
        lambda key: renewals.renew(
            viewer(),
            ref,
            told.get("member_id", ""),
            given_by=GivenBy(side),
            key=key,
            child_agrees=None if not word else word == YES,
            parent_agreed=told.get("parent_agreed") == YES,
        ),
    )
    return _said(ref)
