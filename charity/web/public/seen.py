"""What of a list was on screen: reported by the page with its signed token; it needs no cookie, no account, no form.

Who reports counts once for a wish in an hour. A post proves itself by the token alone, so it needs no form of ours.
The picture of one dot is asked for by browsers without scripts.
"""

import base64

from flask import Blueprint, Response, current_app, request

from charity.web.kit.doors import OPEN
from charity.web.kit.ranking import count_unwatched, count_watched

bp = Blueprint("public_seen", __name__)
DOORS = {"report": OPEN, "dot": OPEN}
PROVES_ITSELF = True
DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")


@bp.post("/seen")
def report() -> tuple[str, int]:
    """Count the cards that were on screen, each once for its list."""
    is_ours = count_watched(request.form.get("t", ""), request.form.get("p", ""))
    return "", 204 if is_ours else 422


@bp.get("/seen.gif")
def dot() -> Response:
    """Count a list that was served to a browser without scripts."""
    count_unwatched(request.args.get("t", ""))
    answer = current_app.response_class(DOT, content_type="image/gif")
    answer.headers["Cache-Control"] = "no-store"
    return answer
