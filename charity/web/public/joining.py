"""A programme that is joined by a link or a printed code: what is promised, and how many seats are free."""

from flask import Blueprint

from charity.web.kit.doors import OPEN
from charity.web.kit.joining import show_joining

bp = Blueprint("public_joining", __name__)
DOORS = {"show": OPEN}


@bp.get("/join/<code>")
def show(code: str) -> tuple[str, int]:
    """Show what is joined by a code; no family is named here."""
    return show_joining(code.lower())
