"""Pictures of the things that public wishes ask for."""

from flask import Blueprint, Response

from charity.queries.wishes.page import find_photo
from charity.web.kit.doors import OPEN
from charity.web.kit.pictures import send_photo

bp = Blueprint("public_photos", __name__)
DOORS = {"show": OPEN}


@bp.get("/photos/<ref>-<int:width>.<form>")
def show(ref: str, width: int, form: str) -> Response:
    """Send a picture as long as its wish is public."""
    return send_photo(find_photo(ref), width, form, is_public=True)
