"""Accounts of families over the API: the township writes one down, a second person confirms it, the village asks."""

from typing import Annotated

from flask import Blueprint
from pydantic import BaseModel, Field
from spectree import Response

from charity.api.shapes import Given, Line, Problem
from charity.api.spec import spec
from charity.api.wishes import REFUSALS, TOKEN, iso
from charity.domain.actors import Role
from charity.domain.payees import PayeeAccount, Speaks, Way
from charity.queries.payees import PayeeCard, get_family, list_to_tell, list_to_tell_around
from charity.services.register import payees
from charity.web.kit.doors import roles
from charity.web.kit.viewer import viewer

bp = Blueprint("api_family_payees", __name__)
TOWNSHIP, ASKING = roles(Role.REVIEWER), roles(Role.VOLUNTEER, Role.REVIEWER)
DOORS = {
    **dict.fromkeys(("family", "record", "confirm", "refuse"), TOWNSHIP),
    **dict.fromkeys(("to_tell", "tell"), ASKING),
}
READING = {f"HTTP_{status}": Problem for status in (401, 403, 404)}


class AccountItem(BaseModel):
    """What shows of an account without opening it; told is what the family said of a change: yes, no, open."""

    id: str
    way: str
    bank: str
    masked: str
    state: str
    opens_at: str | None
    told: str


class FamilyAccount(BaseModel):
    """What stands and waits of a family, and whether its yes stands."""

    agreed: bool
    items: list[AccountItem]


class AccountBody(Given):
    """Holder, bank and number as the family shows them, with its yes; a change says why."""

    way: Way
    holder: Line
    bank: Line
    number: Annotated[str, Field(max_length=40)]
    note: Line = ""
    agreed: bool
    speaks: Speaks = Speaks.SELF
    reason: Annotated[str, Field(max_length=300)] = ""


class NumberBody(Given):
    """The number once more, from the paper."""

    number: Annotated[str, Field(max_length=40)]


class NothingBody(Given):
    """An act that needs nothing but its name."""


class ToldBody(Given):
    """Whether the family wanted its account changed."""

    wanted: bool


class Written(BaseModel):
    """The account that was acted on."""

    id: str


class ToTellItem(BaseModel):
    """A family to be told that its account was changed; nothing of the account."""

    id: str
    alias: str
    region: str
    changed_at: str


class ToTellList(BaseModel):
    """The families the caller is to tell."""

    items: list[ToTellItem]


@bp.get("/api/v1/households/<ref>/payee")
@spec.validate(resp=Response(HTTP_200=FamilyAccount, **READING), tags=["accounts of families"], security=TOKEN)
def family(ref: str) -> dict[str, object]:
    """Give the township what stands of a family's account: its bank and last four digits."""
    found = get_family(viewer(), ref)
    return FamilyAccount(agreed=found.is_agreed, items=[_item(card) for card in found.live]).model_dump()


def _item(card: PayeeCard) -> AccountItem:
    return AccountItem(
        id=card.ref,
        way=card.way,
        bank=card.bank,
        masked=card.masked,
        state=card.state,
        opens_at=None if card.opens_at is None else iso(card.opens_at),
        told=card.told,
    )


@bp.post("/api/v1/households/<ref>/payee")
@spec.validate(resp=Response(HTTP_201=Written, **REFUSALS), tags=["accounts of families"], security=TOKEN)
def record(ref: str, json: AccountBody) -> tuple[dict[str, object], int]:
    """Write down where a family's money goes, with its yes; the same account once more renews the yes."""
    account = PayeeAccount(way=json.way, holder=json.holder, bank=json.bank, number=json.number, note=json.note)
    made = payees.record(
        viewer(), ref, account=account, agreed=json.agreed, reason=json.reason, speaks=json.speaks.value
    )
    return Written(id=made).model_dump(), 201


@bp.post("/api/v1/payees/<payee>/confirm")
@spec.validate(
    resp=Response(HTTP_200=Written, HTTP_429=Problem, **REFUSALS), tags=["accounts of families"], security=TOKEN
)
def confirm(payee: str, json: NumberBody) -> dict[str, object]:
    """Confirm an account that waits, as another reviewer of the county, by its number."""
    payees.second(viewer(), payee, number=json.number)
    return Written(id=payee).model_dump()


@bp.post("/api/v1/payees/<payee>/refuse")
@spec.validate(resp=Response(HTTP_200=Written, **REFUSALS), tags=["accounts of families"], security=TOKEN)
def refuse(payee: str, json: NothingBody) -> dict[str, object]:
    """Say no to an account that waits: what stood before goes on."""
    del json
    payees.refuse(viewer(), payee)
    return Written(id=payee).model_dump()


@bp.get("/api/v1/payees/to-tell")
@spec.validate(resp=Response(HTTP_200=ToTellList, **READING), tags=["accounts of families"], security=TOKEN)
def to_tell() -> dict[str, object]:
    """List the families to tell of a change: of a volunteer's villages, and for a reviewer those no volunteer may."""
    who = viewer()
    found = {one.payee: one for one in (*list_to_tell(who), *list_to_tell_around(who))}
    items = [
        ToTellItem(id=one.payee, alias=one.alias, region=one.region, changed_at=iso(one.changed_at))
        for one in found.values()
    ]
    return ToTellList(items=items).model_dump()


@bp.post("/api/v1/payees/<payee>/tell")
@spec.validate(resp=Response(HTTP_200=Written, **REFUSALS), tags=["accounts of families"], security=TOKEN)
def tell(payee: str, json: ToldBody) -> dict[str, object]:
    """Write down that a family was told and whether it wanted it; a no takes its accounts away at once."""
    payees.tell(viewer(), payee, is_right=json.wanted)
    return Written(id=payee).model_dump()
