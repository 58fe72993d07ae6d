"""What is printed at a service point: labels for its shelf, lists and slips for handing over."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.kinds import PledgeState
from charity.queries.pledges.carried import UNDER_WAY, list_carried
from charity.web.kit.parcel_papers import send_labels, send_lists, send_slips
from charity.web.kit.viewer import viewer

bp = Blueprint("volunteer_papers", __name__)
FIELD = frozenset({Role.VOLUNTEER, Role.REVIEWER})
DOORS = {"parcels": FIELD}
SEND = {"labels": send_labels, "list": send_lists, "slips": send_slips}
LONGEST_REF = 13
MOST = 100


@bp.get("/desk/papers/<any(labels, list, slips):what>")
def parcels(what: str) -> ResponseReturnValue:
    """Print papers for what waits at the point, or for the pledges named; anybody else's are left out."""
    refs = [ref[:LONGEST_REF] for ref in request.args.getlist("ref")[:MOST]]
    states = UNDER_WAY if refs else (PledgeState.AT_POINT.value,)
    found = list_carried(viewer(), states, refs=refs, most=MOST)
    if not found.parcels:
        raise Missing
    return SEND[what](found.parcels)
