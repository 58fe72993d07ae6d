"""The public figures, with what they mean and what they do not."""

from flask import Blueprint, current_app

from charity.adapters.clock import now
from charity.adapters.settings import Settings
from charity.queries.figures import get_figures
from charity.web.kit.doors import OPEN
from charity.web.kit.page import page
from charity.web.kit.rank_words import SEEN
from charity.web.kit.ways import WAYS

bp = Blueprint("public_figures", __name__)
DOORS = {"show": OPEN}


@bp.get("/figures")
def show() -> str:
    """Show the figures of the whole country; invented data counts only outside production."""
    settings: Settings = current_app.extensions["settings"]
    figures = get_figures(with_demo=not settings.is_production)
    waited = None if figures.oldest_unmet_at is None else (now() - figures.oldest_unmet_at).days
    unseen = None if figures.oldest_unseen_at is None else (now() - figures.oldest_unseen_at).days
    seen = [(str(SEEN[row.code]), row.count or 0, None if row.count is not None else "<5") for row in figures.seen]
    ways = [(WAYS.get(way.code, way.code), way.count or 0, None if way.count else "<5") for way in figures.ways]
    return page(
        "public/figures/show.html",
        figures=figures,
        pairings=figures.pairings,
        waited=waited,
        unseen=unseen,
        seen=seen,
        ways=ways,
    )
