"""Verified organisations for everybody: the list, and each one's page with what came true through it."""

from flask import Blueprint, request

from charity.queries.organisations.agreements import list_public
from charity.queries.organisations.public import get_organisation, list_organisations
from charity.web.kit.doors import OPEN
from charity.web.kit.organisation_words import org_word
from charity.web.kit.page import page
from charity.web.kit.places import name_places

bp = Blueprint("public_organisations", __name__)
DOORS = {"wall": OPEN, "show": OPEN}


@bp.get("/organisations")
def wall() -> str:
    """List the verified organisations."""
    found = list_organisations(cursor=request.args.get("cursor"))
    return page(
        "public/organisations/list.html",
        found=found,
        org_word=org_word,
        next_url=None if found.next is None else f"/organisations?cursor={found.next}",
    )


@bp.get("/organisations/<ref>")
def show(ref: str) -> str:
    """Show one organisation."""
    found = get_organisation(ref)
    agreements = list_public(ref)
    name_places([found.region, *(one.county for one in agreements)])
    return page("public/organisations/show.html", found=found, agreements=agreements, org_word=org_word)
