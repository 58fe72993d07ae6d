"""What officers did for organisations of my regions: for auditors, and for the office that keeps them."""

from flask import Blueprint, request, url_for

from charity.domain.actors import Role
from charity.queries.organisations.acts import list_acts, list_names
from charity.web.kit.doors import roles
from charity.web.kit.organisation_words import org_word
from charity.web.kit.page import page
from charity.web.kit.viewer import viewer

bp = Blueprint("auditor_organisation_acts", __name__, url_prefix="/audit/organisations")
DOORS = {"show": roles(Role.ADMINISTRATOR, Role.AUDITOR)}
LONGEST_REF = 13


@bp.get("")
def show() -> str:
    """List what officers did, the newest first, of all organisations or of one."""
    chosen = request.args.get("organisation", "")[:LONGEST_REF]
    found = list_acts(viewer(), organisation=chosen, cursor=request.args.get("cursor"))
    return page(
        "auditor/organisations/acts.html",
        found=found,
        chosen=chosen,
        names=list_names(viewer()),
        org_word=org_word,
        next_url=None if found.next is None else url_for(".show", cursor=found.next, organisation=chosen or None),
        first_url=url_for(".show", organisation=chosen or None) if "cursor" in request.args else None,
    )
