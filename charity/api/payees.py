"""A family's account over the API: an officer opens it for one payment, for a purpose; written down before it shows."""

from typing import Literal

from flask import Blueprint
from pydantic import BaseModel
from spectree import Response

from charity.api.shapes import Given, Problem
from charity.api.spec import spec
from charity.api.wishes import REFUSALS, TOKEN
from charity.queries.payees import get_opened
from charity.services.pledges import paying
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.viewer import viewer

bp = Blueprint("api_payees", __name__)
DOORS = {"open_payee": SIGNED_IN, "payee": SIGNED_IN}


class OpenBody(Given):
    """Why the account is opened: to pay, or because a payment came back."""

    purpose: Literal["pay", "returned"]


class PayeeItem(BaseModel):
    """Where a family's money goes; for a way of its village also how it gets from there to the family."""

    way: str
    holder: str
    bank: str
    number: str
    note: str


@bp.post("/api/v1/pledges/<ref>/payee")
@spec.validate(resp=Response(HTTP_201=PayeeItem, **REFUSALS), tags=["organisations"], security=TOKEN)
def open_payee(ref: str, json: OpenBody) -> tuple[dict[str, object], int]:
    """Open the family's account for money that stands at one's organisation; logged first, shown for 15 minutes."""
    paying.open_payee(viewer(), ref, purpose=json.purpose)
    return _shown(ref), 201


@bp.get("/api/v1/pledges/<ref>/payee")
@spec.validate(
    resp=Response(HTTP_200=PayeeItem, HTTP_401=Problem, HTTP_404=Problem), tags=["organisations"], security=TOKEN
)
def payee(ref: str) -> dict[str, object]:
    """Give the account the caller opened for this payment, as long as it is open."""
    return _shown(ref)


def _shown(ref: str) -> dict[str, object]:
    account = get_opened(viewer(), ref)
    return PayeeItem(
        way=account.way, holder=account.holder, bank=account.bank, number=account.number, note=account.note
    ).model_dump()
