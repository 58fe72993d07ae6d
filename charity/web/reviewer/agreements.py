"""Pairing agreements of one's county as its township, office and auditors see them: what is due and what is overdue."""

from flask import Blueprint, request, url_for

from charity.domain.actors import Role
from charity.domain.permissions import regions_for
from charity.queries.organisations.milestones import PILES, list_milestones
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm
from charity.web.kit.organisation_words import org_word
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.viewer import viewer

bp = Blueprint("reviewer_agreements", __name__, url_prefix="/agreements/milestones")
DOORS = {"show": roles(Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)}


@bp.get("")
def show() -> str:
    """List the promised steps of running agreements: overdue, due soon, later, met."""
    pile = request.args.get("pile", "overdue")
    found = list_milestones(viewer(), pile=pile, cursor=request.args.get("cursor"))
    name_places(line.region for line in found.lines)
    offices = regions_for(viewer(), "agreement.manage")
    return page(
        "reviewer/agreements/milestones.html",
        found=found,
        pile=pile,
        piles=PILES,
        act=ActForm(formdata=None),
        org_word=org_word,
        may_meet={line.ref for line in found.lines if any(line.region.startswith(office) for office in offices)},
        next_url=None if found.next is None else url_for(".show", pile=pile, cursor=found.next),
        first_url=url_for(".show", pile=pile) if "cursor" in request.args else None,
    )
