"""The room of a circle: months, gifts and letters, for its donors, the volunteer and the reviewer."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing
from charity.queries.circles.room import CircleRoom, get_desk_view, get_room
from charity.services.circles import letters, seats
from charity.web.donor.forms.circles import AgainForm
from charity.web.kit.circle_forms import LetterForm
from charity.web.kit.circle_words import circle_word
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import BaseForm
from charity.web.kit.group_words import group_label
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_rooms", __name__, url_prefix="/circles/<ref>")
DOORS = dict.fromkeys(("show", "write", "go_on"), SIGNED_IN)
Answer = Response | tuple[str, int, dict[str, str]]
# Where staff opens a gift; the first role the viewer holds decides.
DESKS = (
    (Role.REVIEWER, "/confirmations/"),
    (Role.AUDITOR, "/audit/pledges/"),
    (Role.ADMINISTRATOR, "/audit/pledges/"),
    (Role.VOLUNTEER, "/desk/parcels/"),
)
HELD = ("accepted", "active", "leaving")
WRITTEN_DOWN = {"yes": _l("Thank you: you go on."), "no": _l("Your answer is written down.")}


@bp.get("/room")
def show(ref: str) -> Answer:
    """Show the room; whoever only reads circles at a desk is led to what that desk does or looks at."""
    try:
        room = get_room(viewer(), ref)
    except Missing:
        get_desk_view(viewer(), ref)
        records = viewer().has_role(Role.VOLUNTEER)
        return redirect(f"/circles/{ref}/family" if records else f"/reviews/circles/{ref}")
    return _page(room, LetterForm(), AgainForm())


def _show(ref: str, letter: BaseForm, again: BaseForm) -> Answer:
    return _page(get_room(viewer(), ref), letter, again)


def _page(room: CircleRoom, letter: BaseForm, again: BaseForm) -> Answer:
    name_places([room.circle.county])
    mine = next((seat for seat in room.seats if seat.is_own and seat.state in HELD), None)
    shown = page(
        "donor/circles/room.html",
        room=room,
        mine=mine,
        letter=letter,
        again=again,
        desk=_desk_of(viewer()),
        may_review=viewer().has_role(Role.REVIEWER),
        is_volunteer=viewer().has_role(Role.VOLUNTEER),
        group_label=group_label,
        say=circle_word,
    )
    return shown, form_status(), {"Cache-Control": "no-store"}


def _desk_of(actor: Actor) -> str:
    return next((path for role, path in DESKS if actor.has_role(role)), "")


@bp.post("/letters")
def write(ref: str) -> Answer:
    """Write a letter to the family."""
    form = LetterForm()
    if submit(form, lambda: letters.write(viewer(), ref, text=form.text.data or "")) is None:
        return _show(ref, form, AgainForm(formdata=None))
    flash(_("Your letter waits for the reviewer. It reaches the family when it has passed."), "good")
    return redirect(f"/circles/{ref}/room")


@bp.post("/again")
def go_on(ref: str) -> Answer:
    """Say whether one's own seat goes on for another term."""
    form = AgainForm()
    if submit(form, lambda: seats.renew(viewer(), ref, agrees=form.agrees.data == "yes")) is None:
        return _show(ref, LetterForm(formdata=None), form)
    flash(str(WRITTEN_DOWN[form.agrees.data]), "good")
    return redirect(f"/circles/{ref}/room")
