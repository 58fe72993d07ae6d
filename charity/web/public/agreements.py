"""Pairing agreements for everybody: who promised which county what, and which steps are overdue."""

from flask import Blueprint, request, url_for

from charity.domain.regions import is_code
from charity.queries.organisations.agreements import count_overdue, list_counties, list_running
from charity.web.kit.doors import OPEN
from charity.web.kit.organisation_words import org_word
from charity.web.kit.page import page
from charity.web.kit.places import name_places

bp = Blueprint("public_agreements", __name__)
DOORS = {"wall": OPEN}


@bp.get("/agreements")
def wall() -> str:
    """List the agreements that run or still owe a step, of the whole country or of one county."""
    asked = request.args.get("region", "")
    region = asked if is_code(asked) else ""
    found, counties = list_running(region=region, cursor=request.args.get("cursor")), list_counties()
    name_places([*counties, *(one.county for one in found.cards)])
    return page(
        "public/agreements/list.html",
        found=found,
        counties=counties,
        region=region,
        overdue=count_overdue(region),
        org_word=org_word,
        next_url=None if found.next is None else url_for(".wall", cursor=found.next, region=region or None),
        first_url=url_for(".wall", region=region or None) if "cursor" in request.args else None,
    )
