"""A donor's seats: taking one, waiting for one, answering an offer, giving notice, and how each month went."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.adapters import clock
from charity.domain.calendar import day_of
from charity.domain.circles import leaves_on
from charity.domain.errors import Missing
from charity.queries.circles.own import OwnSeat, list_own, list_own_offers, list_own_places
from charity.queries.circles.own_months import list_own_months
from charity.queries.circles.public import get_public
from charity.queries.groups import list_own_groups
from charity.services.circles import group_seats, seats
from charity.web.donor.forms.circles import SeatForm, TakeForm
from charity.web.kit.circle_words import circle_word
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.group_words import group_label
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, press, submit, was_answered
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_circles", __name__)
DOORS = dict.fromkeys(
    ("own", "seat", "join", "wait", "stop_waiting", "accept", "decline", "show_leave", "leave"), SIGNED_IN
)
Answer = Response | tuple[str, int]
HELD = ("accepted", "active", "leaving")


@bp.get("/seats")
def own() -> Answer:
    """Show the viewer's seats: what was promised and kept, and what is next."""
    found = list_own(viewer())
    shown = page(
        "donor/circles/own.html",
        found=found,
        offers=list_own_offers(viewer()),
        places=list_own_places(viewer()),
        act=ActForm(),
        months=list_own_months(viewer()),
        group_label=group_label,
        say=circle_word,
    )
    return shown, form_status()


@bp.get("/circles/<ref>/seat")
def seat(ref: str) -> Answer:
    """Show what taking a seat means, and the act that is possible now."""
    return _seat(ref, _take_form())


def _take_form() -> TakeForm:
    mine = [group for group in list_own_groups(viewer()) if group.is_founder]
    return TakeForm().offer((group.ref, group_label(group.kind, group.name)) for group in mine)


def _seat(ref: str, form: BaseForm) -> Answer:
    circle = get_public(viewer(), ref)
    name_places([circle.county])
    mine = [offer for offer in list_own_offers(viewer()) if offer.ref == circle.offer]
    places = list_own_places(viewer()) if circle.is_waiting else ()
    if mine and isinstance(form, SeatForm) and not form.is_submitted():
        form.display.data = mine[0].display
    shown = page(
        "donor/circles/seat.html",
        circle=circle,
        act_by=mine[0].act_by if mine else None,
        nth=next((place.nth for place in places if place.circle == ref), None),
        form=form,
        act=ActForm(),
        say=circle_word,
    )
    return shown, form_status()


@bp.post("/circles/<ref>/join")
def join(ref: str) -> Answer:
    """Take a free seat, for oneself or for a group."""
    form = _take_form()
    if submit(form, lambda: _take(ref, form.group, str(form.display.data))) is None:
        return _seat(ref, form)
    flash(_("The seat is yours. Thank you! You are told when the first month begins."), "good")
    return redirect(f"/circles/{ref}/room")


def _take(ref: str, group: str, display: str) -> str:
    if group:
        return group_seats.take(viewer(), ref, group, display=display)
    return seats.join(viewer(), ref, display=display)


@bp.post("/circles/<ref>/wait")
def wait(ref: str) -> Answer:
    """Join the waiting list."""
    form = SeatForm()
    if submit(form, lambda: seats.wait(viewer(), ref, display=str(form.display.data))) is None:
        return _seat(ref, form)
    flash(_("You are on the waiting list. A seat that becomes free is kept for you for 48 hours."), "good")
    return redirect("/seats")


@bp.post("/circles/<ref>/wait/stop")
def stop_waiting(ref: str) -> Answer:
    """Leave the waiting list."""
    return press(
        lambda: seats.stop_waiting(viewer(), ref),
        said=_("You have left the waiting list."),
        to="/seats",
        again=lambda: _seat(ref, SeatForm(formdata=None)),
        tone="message",
    )


@bp.post("/circles/<ref>/offer/accept")
def accept(ref: str) -> Answer:
    """Take the seat that is kept for the viewer."""
    form = SeatForm()
    if not was_answered():
        _offer_of(ref)  # looks missing to others, however they fill the form
    if submit(form, lambda: seats.accept(viewer(), _offer_of(ref), display=str(form.display.data))) is None:
        return _seat(ref, form)
    flash(_("The seat is yours. Thank you! You are told when the first month begins."), "good")
    return redirect(f"/circles/{ref}/room")


@bp.post("/circles/<ref>/offer/decline")
def decline(ref: str) -> Answer:
    """Give the kept seat up; it costs nothing."""
    return press(
        lambda: seats.decline(viewer(), _offer_of(ref)),
        said=_("That is all right. The seat goes to the next who waits."),
        to="/seats",
        again=lambda: _seat(ref, SeatForm(formdata=None)),
        tone="message",
    )


def _offer_of(circle_ref: str) -> str:
    found = next((offer.ref for offer in list_own_offers(viewer()) if offer.circle == circle_ref), None)
    if found is None:
        raise Missing
    return found


@bp.get("/circles/<ref>/leave")
def show_leave(ref: str) -> Answer:
    """Say what leaving means before it is done."""
    return _leave(ref, ActForm())


def _leave(ref: str, form: BaseForm) -> Answer:
    mine = _own_seat(ref)
    last = leaves_on(day_of(clock.now()))
    return page("donor/circles/leave.html", seat=mine, last=last, form=form), form_status()


def _own_seat(ref: str) -> OwnSeat:
    mine = next((seat for seat in list_own(viewer()) if seat.circle == ref and seat.state in HELD), None)
    if mine is None:
        raise Missing
    return mine


@bp.post("/circles/<ref>/leave")
def leave(ref: str) -> Answer:
    """Give notice."""
    form = ActForm()
    done = submit(form, lambda: seats.leave(viewer(), ref))
    if done is None:
        return _leave(ref, form)
    flash(_("Your notice is written down. Thank you for your company."), "good")
    return redirect("/seats")
