"""Circles for everybody: those that look for donors, and one circle without a name of anybody."""

from urllib.parse import urlencode

from flask import Blueprint, current_app, request

from charity.adapters.locale import DEFAULT
from charity.domain.aliases import alias_in_english
from charity.domain.errors import Refused
from charity.domain.regions import Level
from charity.queries.circles.public import get_public
from charity.queries.circles.wall import list_public
from charity.web.kit.chooser import choose_within
from charity.web.kit.circle_words import circle_word
from charity.web.kit.doors import OPEN
from charity.web.kit.group_words import group_label
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.sentences import sentence
from charity.web.kit.viewer import viewer

bp = Blueprint("public_circles", __name__, url_prefix="/circles")
DOORS = {"wall": OPEN, "where": OPEN, "show": OPEN}


@bp.get("")
def wall() -> tuple[str, int] | str:
    """List the circles that look for donors, the least taken first; a filter that makes no sense is left out."""
    region, cursor, problem = request.args.get("region", "")[:12], request.args.get("cursor"), ""
    try:
        found = list_public(viewer(), region=region, cursor=cursor)
    except Refused as refused:
        found, region, cursor, problem = list_public(viewer()), "", None, sentence(refused.code, refused.params)
    name_places([*(circle.county for circle in found.cards), region])
    shown = page(
        "public/circles/wall.html",
        found=found.cards,
        region=region,
        problem=problem,
        next_url=None if found.next is None else _url(region, cursor=found.next),
        first_url=_url(region) if cursor else None,
        where_url=f"/circles/where?region={region}" if region else "/circles/where",
        say=circle_word,
    )
    return (shown, 422) if problem else shown


def _url(region: str, *, cursor: str = "") -> str:
    said = {name: value for name, value in (("region", region), ("cursor", cursor)) if value}
    return f"/circles?{urlencode(said)}" if said else "/circles"


@bp.get("/where")
def where() -> str:
    """Choose the place whose circles are shown, step by step down to the county."""
    choice = choose_within(("",), down_to=Level.COUNTY)
    return page("public/circles/where.html", choice=choice, here_url=_url(choice.chosen), chosen=choice.chosen)


@bp.get("/<ref>")
def show(ref: str) -> str:
    """Show one circle."""
    circle = get_public(viewer(), ref)
    name_places([circle.county])
    spoken: str = current_app.extensions["language"]()
    alias = circle.alias if spoken == DEFAULT else alias_in_english(circle.alias)
    return page("public/circles/show.html", circle=circle, alias=alias, say=circle_word, group_label=group_label)
