"""A buyer of produce: reserving with an address, and saying that it has come."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.queries.pledges.own import OwnPledge, get_own
from charity.services.pledges import plan, receive
from charity.services.pledges.produce import Buyer
from charity.web.donor.forms.produce import BackForm, ReserveForm
from charity.web.donor.pledges import show_pledge
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit, was_answered
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_produce", __name__)
DOORS = {
    "reserve_form": SIGNED_IN,
    "reserve": SIGNED_IN,
    "came": SIGNED_IN,
    "undo": SIGNED_IN,
    "back_form": SIGNED_IN,
    "back": SIGNED_IN,
}
Answer = Response | tuple[str, int]


@bp.get("/pledges/<ref>/reserve")
def reserve_form(ref: str) -> Answer:
    """Ask where it is shipped to."""
    return _form("reserve", ref, ReserveForm())


def _form(name: str, ref: str, form: BaseForm) -> Answer:
    return page(f"donor/pledges/{name}.html", pledge=_of_produce(ref), form=form), form_status()


def _of_produce(ref: str) -> OwnPledge:
    pledge = get_own(viewer(), ref)
    if pledge.card.kind != Kind.PRODUCE.value:
        raise Missing
    return pledge


@bp.post("/pledges/<ref>/reserve")
def reserve(ref: str) -> Answer:
    """Reserve the units."""
    form = ReserveForm()
    told = Buyer(recipient=form.recipient.data or "", phone=form.phone.data or "", address=form.address.data or "")
    return _made(
        "reserve",
        ref,
        form,
        lambda: plan.plan(viewer(), ref, buyer=told),
        _("Reserved. You are told when it is shipped."),
    )


@bp.post("/pledges/<ref>/came")
def came(ref: str) -> Answer:
    """Say that it has come."""
    return _act(ref, lambda: receive.hand_over(viewer(), ref), _("Thank you. Now the family confirms what it earned."))


@bp.post("/pledges/<ref>/not-come")
def undo(ref: str) -> Answer:
    """Correct one's own mistake of the last 24 hours."""
    return _act(ref, lambda: receive.undo(viewer(), ref), _("Corrected. The book keeps both entries."))


@bp.get("/pledges/<ref>/back")
def back_form(ref: str) -> Answer:
    """Ask why it goes back."""
    return _form("back", ref, BackForm())


@bp.post("/pledges/<ref>/back")
def back(ref: str) -> Answer:
    """Send a purchase back."""
    form = BackForm()
    reason = str(form.reason.data)
    return _made(
        "back",
        ref,
        form,
        lambda: receive.return_(viewer(), ref, reason=reason),
        _("Written down. Settle the money with the seller's side."),
    )


def _made(name: str, ref: str, form: BaseForm, call: Callable[[], object], said: str) -> Answer:
    if not was_answered():
        _of_produce(ref)
    if submit(form, call) is None:
        return _form(name, ref, form)
    flash(said, "good")
    return redirect(f"/pledges/{ref}")


def _act(ref: str, call: Callable[[], object], said: str) -> Answer:
    if not was_answered():
        _of_produce(ref)
    form = ActForm()
    if submit(form, call) is None:
        return show_pledge(ref, form)
    flash(said, "good")
    return redirect(f"/pledges/{ref}")
