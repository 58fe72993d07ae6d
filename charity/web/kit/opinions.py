"""When an act waits for a second person: say so, and go to where it waits."""

from flask import flash, g, redirect
from flask_babel import gettext as _
from werkzeug import Response

ROOM = "/opinions"
_WAITS = frozenset({"second-opinion-asked", "second-opinion-open"})


def waits_for_second() -> Response | None:
    """Give the way to the waiting question, when the refusal just met means that a second person must agree."""
    if g.get("refusal") not in _WAITS:
        return None
    flash(_("A second person must agree to this. It was asked for; here you see how it stands."))
    return redirect(ROOM)
