"""Intentions: what a donor would give to anybody, and the fitting wishes that are offered to him for it."""

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.interests import AGES_OFFERED
from charity.domain.regions import Level
from charity.queries.catalogue import list_to_give
from charity.queries.intentions import find_following, get_pool_offer, list_own_intentions
from charity.queries.regions import exists
from charity.services.pledges import intentions
from charity.web.donor.forms.intentions import IntentionForm
from charity.web.donor.forms.pledges import AcceptForm
from charity.web.kit.chooser import choose_within
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, press, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_intentions", __name__, url_prefix="/intentions")
DOORS = dict.fromkeys(("own", "new", "where", "leave", "withdraw", "offer", "accept", "decline"), SIGNED_IN)
Answer = Response | tuple[str, int]


@bp.get("")
def own() -> Answer:
    """Show the viewer's intentions, and what is offered for them."""
    found = list_own_intentions(viewer())
    name_places(card.region for card in found if card.region)
    return page("donor/intentions/list.html", found=found, act=ActForm()), form_status()


@bp.get("/new")
def new() -> Answer:
    """Show the form of an intention, with a place chosen before."""
    form = IntentionForm().offer(list_to_give())
    form.region.data = _asked_region()
    stage = request.args.get("stage", "")
    form.stage.data = stage if stage in AGES_OFFERED else ""
    return _new(form)


def _asked_region() -> str:
    asked = request.args.get("region", "")
    return asked if len(asked) <= 6 and exists(asked) else ""


def _new(form: IntentionForm) -> Answer:
    region = form.region.data or ""
    name_places([region] if region else [])
    return page("donor/intentions/new.html", form=form, region=region), form_status()


@bp.get("/where")
def where() -> str:
    """Choose where the gift may go, step by step down to the county."""
    choice = choose_within(("",), down_to=Level.COUNTY)
    return page("donor/intentions/where.html", choice=choice)


@bp.post("/new")
def leave() -> Answer:
    """Leave an intention."""
    form = IntentionForm().offer(list_to_give())
    if submit(form, lambda: intentions.leave(viewer(), intention=form.intention())) is None:
        return _new(form)
    flash(_("Thank you. As soon as a wish fits, you are told, and you decide."), "good")
    return redirect("/intentions")


@bp.post("/<ref>/withdraw")
def withdraw(ref: str) -> Answer:
    """Take an intention back."""
    return press(
        lambda: intentions.withdraw(viewer(), ref),
        said=_("Your intention is withdrawn."),
        to="/intentions",
        again=own,
        tone="message",
    )


@bp.get("/offers/<ref>")
def offer(ref: str) -> Answer:
    """Show the wish that is offered."""
    return _offer(ref, AcceptForm())


def _offer(ref: str, form: BaseForm, *, is_next: bool = False) -> Answer:
    found = get_pool_offer(viewer(), ref)
    name_places([found.card.county] if found.card else [])
    following = "" if found.state == "open" else find_following(viewer(), ref)
    shown = page(
        "donor/intentions/offer.html", offer=found, form=form, act=ActForm(), is_next=is_next, following=following
    )
    return shown, form_status()


@bp.post("/offers/<ref>/accept")
def accept(ref: str) -> Answer:
    """Claim what is offered; where it is gone, the next fitting wish is shown at once."""
    form = AcceptForm()
    done = submit(form, lambda: intentions.accept(viewer(), ref, display=str(form.display.data)))
    if done is None:
        following = find_following(viewer(), ref) if form_status() == 409 else ""
        return _offer(following or ref, form, is_next=bool(following))
    flash(_("The units are yours. Thank you! Now choose how the goods will travel."), "good")
    return redirect(f"/pledges/{done.result.id}")


@bp.post("/offers/<ref>/decline")
def decline(ref: str) -> Answer:
    """Decline what is offered; it costs nothing."""
    return press(
        lambda: intentions.decline(viewer(), ref),
        said=_("That is all right. You are told when another wish fits."),
        to="/intentions",
        again=lambda: _offer(ref, AcceptForm(formdata=None)),
        tone="message",
    )
