"""A batch of produce as everybody may see it: totals only."""

from flask import Blueprint

from charity.queries.batches import get_public_batch
from charity.web.kit.doors import OPEN
from charity.web.kit.page import page
from charity.web.kit.places import name_places

bp = Blueprint("public_batches", __name__)
DOORS = {"show": OPEN}


@bp.get("/batches/<ref>")
def show(ref: str) -> str:
    """Show a batch's totals."""
    batch = get_public_batch(ref)
    name_places([batch.county])
    return page("public/batches/show.html", batch=batch)
