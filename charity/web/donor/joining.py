"""Joining a programme by its link or printed code: a seat where it helps most, or a place in a waiting list."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.services.circles import list_joining
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.joining import show_joining
from charity.web.kit.seat_form import SeatForm
from charity.web.kit.submit import submit
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_joining", __name__)
DOORS = dict.fromkeys(("join", "wait"), SIGNED_IN)
Answer = Response | tuple[str, int]


@bp.post("/join/<code>")
def join(code: str) -> Answer:
    """Take a seat in the circle that needs a donor most."""
    form = SeatForm()
    done = submit(form, lambda: list_joining.join(viewer(), code.lower(), display=str(form.display.data)))
    if done is None:
        return show_joining(code.lower(), form)
    flash(_("The seat is yours. Thank you! You are told when the first month begins."), "good")
    return redirect(f"/circles/{done.result}/room", code=303)


@bp.post("/join/<code>/wait")
def wait(code: str) -> Answer:
    """Wait for a seat of a full programme."""
    form = SeatForm()
    done = submit(form, lambda: list_joining.wait(viewer(), code.lower(), display=str(form.display.data)))
    if done is None:
        return show_joining(code.lower(), form)
    flash(_("You are on the waiting list. A seat that becomes free is kept for you for 48 hours."), "good")
    return redirect(f"/circles/{done.result}/seat", code=303)
