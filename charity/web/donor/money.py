"""A donor's gift of money: where to transfer it, under which reference, and saying that it was transferred."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.queries.organisations.money import get_transfer
from charity.queries.pledges.own import get_own
from charity.services.pledges import money, send
from charity.web.donor import pledges
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.submit import say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_money", __name__)
DOORS = {"open_bank": SIGNED_IN, "bank": SIGNED_IN, "transferred": SIGNED_IN}
NO_COPIES = {"Cache-Control": "no-store"}
Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.post("/pledges/<ref>/bank")
def open_bank(ref: str) -> Answer:
    """Log that the account is about to show, then show it."""
    form = ActForm()
    if submit(form, lambda: money.open_bank(viewer(), ref)) is None:
        say_refusal(form)
        return pledges.show(ref)
    return redirect(f"/pledges/{ref}/bank", code=303)


@bp.get("/pledges/<ref>/bank")
def bank(ref: str) -> Answer:
    """Show where to transfer the money, once the showing was logged."""
    try:
        card = get_transfer(viewer(), ref)
    except Missing:
        get_own(viewer(), ref)  # somebody else's stays missing; one's own is opened by its button
        return redirect(f"/pledges/{ref}")
    return page("donor/money/bank.html", card=card, act=ActForm(formdata=None)), 200, NO_COPIES


@bp.post("/pledges/<ref>/transferred")
def transferred(ref: str) -> Answer:
    """Say that the money was transferred."""
    form = ActForm()
    if submit(form, lambda: _transfer(ref)) is None:
        say_refusal(form)
        return pledges.show(ref)
    flash(_("Thank you. You will be told when it arrives at the organisation."), "good")
    return redirect(f"/pledges/{ref}", code=303)


def _transfer(ref: str) -> object:
    if get_own(viewer(), ref).card.kind != Kind.MONEY.value:
        raise Missing
    return send.send(viewer(), ref)
