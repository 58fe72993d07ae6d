"""Batches of produce over the API: the totals that everybody may read."""

from flask import Blueprint
from pydantic import BaseModel
from spectree import Response

from charity.api.shapes import Problem
from charity.api.spec import spec
from charity.queries.batches import get_public_batch
from charity.web.kit.doors import OPEN

bp = Blueprint("api_batches", __name__)
DOORS = {"show": OPEN}


class BatchItem(BaseModel):
    """A batch of families' produce: prices in fen; sums are null where few families share them."""

    id: str
    title: str
    product: str
    unit: str
    unit_price_fen: int
    first_on: str
    last_on: str
    shipping: str
    county: str
    families: str
    wanted: int | None
    sold: int | None
    income_fen: int | None


@bp.get("/api/v1/batches/<ref>")
@spec.validate(resp=Response(HTTP_200=BatchItem, HTTP_404=Problem), tags=["produce"])
def show(ref: str) -> dict[str, object]:
    """Give the totals of a batch of which a part is public; its parts are wishes of the kind produce."""
    found = get_public_batch(ref)
    return BatchItem(
        id=found.ref,
        title=found.title,
        product=found.product,
        unit=found.unit_label,
        unit_price_fen=found.unit_fen,
        first_on=found.first_on.isoformat(),
        last_on=found.last_on.isoformat(),
        shipping=found.shipping,
        county=found.county,
        families=found.families,
        wanted=found.wanted,
        sold=found.sold,
        income_fen=found.income_fen,
    ).model_dump()
