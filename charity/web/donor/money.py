"""A donor's gift of money: where to transfer it, under which reference, and saying that it was transferred."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.errors import Missing
from charity.domain.kinds import Kind, PledgeState
from charity.queries.organisations.money import get_transfer
from charity.queries.pledges.own import get_own
from charity.services.pledges import money, saying, send
from charity.web.donor import pledges
from charity.web.donor.forms.money import SaidForm
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, press, say_refusal, submit, was_answered
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_money", __name__)
DOORS = dict.fromkeys(("open_bank", "bank", "transferred", "show_said", "say"), SIGNED_IN)
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
    return press(
        lambda: _transfer(ref),
        said=_("Thank you. You will be told when it arrives at the organisation."),
        to=f"/pledges/{ref}",
        again=lambda: pledges.show(ref),
    )


def _transfer(ref: str) -> object:
    if get_own(viewer(), ref).card.kind != Kind.MONEY.value:
        raise Missing
    return send.send(viewer(), ref)


@bp.get("/pledges/<ref>/said")
def show_said(ref: str) -> Answer:
    """Ask whether the money was sent, while nobody knows."""
    return _said(ref, SaidForm())


def _said(ref: str, form: BaseForm) -> Answer:
    pledge = get_own(viewer(), ref)
    if pledge.card.state != PledgeState.LAPSED_UNSETTLED.value:
        raise Missing
    return page("donor/money/said.html", pledge=pledge, form=form), form_status(), NO_COPIES


@bp.post("/pledges/<ref>/said")
def say(ref: str) -> Answer:
    """Say that the money was sent on a day by a receipt, or that it was not."""
    form = SaidForm()
    if not was_answered():
        get_own(viewer(), ref)
    was_sent, receipt = form.was_sent.data == "yes", form.receipt.data or ""
    done = submit(
        form,
        lambda: saying.say_transfer(viewer(), ref, was_sent=was_sent, sent_on=form.sent_on.data, receipt=receipt),
    )
    if done is None:
        return _said(ref, form)
    flash(_("Written down. The auditor of the county reads it and rules."), "good")
    return redirect(f"/pledges/{ref}", code=303)
