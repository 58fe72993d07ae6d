"""Circles for everybody: those that look for donors, and one circle without a name of anybody."""

from flask import Blueprint, current_app

from charity.adapters.locale import DEFAULT
from charity.domain.aliases import alias_in_english
from charity.queries.circles.public import get_public, list_public
from charity.web.kit.circle_words import circle_word
from charity.web.kit.doors import OPEN
from charity.web.kit.group_words import group_label
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.viewer import viewer

bp = Blueprint("public_circles", __name__, url_prefix="/circles")
DOORS = {"wall": OPEN, "show": OPEN}


@bp.get("")
def wall() -> str:
    """List the circles that look for donors, the longest open first."""
    found = list_public(viewer())
    name_places(circle.county for circle in found)
    return page("public/circles/wall.html", found=found, say=circle_word)


@bp.get("/<ref>")
def show(ref: str) -> str:
    """Show one circle."""
    circle = get_public(viewer(), ref)
    name_places([circle.county])
    spoken: str = current_app.extensions["language"]()
    alias = circle.alias if spoken == DEFAULT else alias_in_english(circle.alias)
    return page("public/circles/show.html", circle=circle, alias=alias, say=circle_word, group_label=group_label)
