"""What is printed at a service point: labels for its shelf, lists and slips for handing over."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.kinds import PledgeState
from charity.queries.pledges.carried import PRINTED_AT_ONCE, UNDER_WAY, count_parts, list_carried
from charity.web.kit.parcel_papers import Part, send_labels, send_lists, send_slips
from charity.web.kit.parts import read_part
from charity.web.kit.viewer import viewer

bp = Blueprint("volunteer_papers", __name__)
FIELD = frozenset({Role.VOLUNTEER, Role.REVIEWER})
DOORS = {"parcels": FIELD}
SEND = {"labels": send_labels, "list": send_lists, "slips": send_slips}
LONGEST_REF = 13


@bp.get("/desk/papers/<any(labels, list, slips):what>")
def parcels(what: str) -> ResponseReturnValue:
    """Print papers for what waits at the point, a part at a time, or for the pledges named; others' are left out."""
    refs = [ref[:LONGEST_REF] for ref in request.args.getlist("ref")[:PRINTED_AT_ONCE]]
    states = UNDER_WAY if refs else (PledgeState.AT_POINT.value,)
    part = 1 if refs else read_part(request.args)
    found = list_carried(viewer(), states, refs=refs, most=PRINTED_AT_ONCE, part=part)
    if not found.parcels:
        raise Missing
    parts = count_parts(viewer()) if part > 1 or found.is_more else 1
    return SEND[what](found.parcels, Part(part, parts))
