"""The open files: what the public may take away."""

from flask import Blueprint, Response, current_app

from charity.adapters.settings import Settings
from charity.queries.open_data import get_table
from charity.web.kit.doors import OPEN
from charity.web.kit.downloads import download

bp = Blueprint("public_open_data", __name__)
DOORS = {"take": OPEN}


@bp.get("/open/<name>.<form>")
def take(name: str, form: str) -> Response:
    """Answer with an open table."""
    settings: Settings = current_app.extensions["settings"]
    table = get_table(name, with_demo=not settings.is_production)
    return download(f"n-plus-one-{table.name}", form, table.header, table.rows())
