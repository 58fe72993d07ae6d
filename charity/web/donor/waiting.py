"""The waiting list: joining, leaving, and answering what it offers."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.queries.waiting import get_offer, is_waiting
from charity.queries.wishes.page import get_wish
from charity.services.pledges import waiting
from charity.web.donor.forms.pledges import AcceptForm, QueueForm
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, press, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_waiting", __name__)
DOORS = {
    "queue": SIGNED_IN,
    "join": SIGNED_IN,
    "leave": SIGNED_IN,
    "offer": SIGNED_IN,
    "accept": SIGNED_IN,
    "decline": SIGNED_IN,
}
Answer = Response | tuple[str, int]


@bp.get("/wishes/<ref>/queue")
def queue(ref: str) -> Answer:
    """Show the waiting list's door, and wishes like this one that still wait."""
    return _queue(ref, QueueForm())


def _queue(ref: str, form: BaseForm) -> Answer:
    wish = get_wish(viewer(), ref)
    name_places([wish.card.county, *(card.county for card in wish.similar)])
    waits = is_waiting(viewer(), ref)
    return page("donor/waiting/queue.html", wish=wish, form=form, waits=waits, act=ActForm()), form_status()


@bp.post("/wishes/<ref>/queue")
def join(ref: str) -> Answer:
    """Join the waiting list."""
    form = QueueForm()
    if submit(form, lambda: waiting.join(viewer(), ref, units=form.units.data or 0)) is None:
        return _queue(ref, form)
    flash(_("You are on the waiting list. When units become free, they are kept for you for 48 hours."), "good")
    return redirect("/pledges")


@bp.post("/wishes/<ref>/queue/leave")
def leave(ref: str) -> Answer:
    """Leave the waiting list."""
    return press(
        lambda: waiting.leave(viewer(), ref),
        said=_("You have left the waiting list."),
        to="/pledges",
        again=lambda: _queue(ref, QueueForm(formdata=None)),
        tone="message",
    )


@bp.get("/offers/<ref>")
def offer(ref: str) -> Answer:
    """Show an offer."""
    return _offer(ref, AcceptForm())


def _offer(ref: str, form: BaseForm) -> Answer:
    return page("donor/waiting/offer.html", offer=get_offer(viewer(), ref), form=form, act=ActForm()), form_status()


@bp.post("/offers/<ref>/accept")
def accept(ref: str) -> Answer:
    """Accept an offer."""
    form = AcceptForm()
    done = submit(form, lambda: waiting.accept(viewer(), ref, display=str(form.display.data)))
    if done is None:
        return _offer(ref, form)
    flash(_("The units are yours. Thank you! Now choose how the goods will travel."), "good")
    return redirect(f"/pledges/{done.result.id}")


@bp.post("/offers/<ref>/decline")
def decline(ref: str) -> Answer:
    """Decline an offer."""
    return press(
        lambda: waiting.decline(viewer(), ref),
        said=_("The units go to the next who waits."),
        to="/pledges",
        again=lambda: _offer(ref, AcceptForm(formdata=None)),
        tone="message",
    )
