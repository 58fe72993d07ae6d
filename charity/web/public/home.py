"""The front page."""

from flask import Blueprint, current_app

from charity.queries.home import get_home
from charity.web.kit.doors import OPEN
from charity.web.kit.kept import kept
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.viewer import viewer

bp = Blueprint("public_home", __name__)
DOORS = {"show": OPEN}


@bp.get("/")
@kept
def show() -> str:
    """Show what this is, four figures, and the wishes that wait."""
    home = get_home(viewer(), with_demo=not current_app.extensions["settings"].is_production)
    name_places(card.county for card in (*home.longest, *home.newest))
    return page("public/home/show.html", home=home)
