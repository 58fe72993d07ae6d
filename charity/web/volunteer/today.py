"""The volunteer's day: one page to begin with, and what can be done for several things with one press."""

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from charity.domain.actors import Actor, Role
from charity.queries.pledges.carried import PRINTED_AT_ONCE, count_parts
from charity.queries.today import Today, get_today
from charity.services.pledges import receive
from charity.services.register import payees
from charity.services.wishes import keeping
from charity.web.kit.bulk import ChosenForm, Outcome, each, status_of
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, press, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("volunteer_today", __name__)
FIELD = frozenset({Role.VOLUNTEER})
DOORS = {"show": FIELD, "receive_several": FIELD, "hand_over_several": FIELD, "renew_several": FIELD, "tell": FIELD}
HERE = "/desk/today"


@bp.get(HERE)
def show() -> ResponseReturnValue:
    """Show what is to collect, to hand over, to chase and to renew."""
    return _show(ChosenForm(formdata=None), ())


def _show(form: ChosenForm, outcomes: tuple[Outcome, ...]) -> ResponseReturnValue:
    today = get_today(viewer())
    parcels = (*today.collect, *today.hand_over, *today.chase)
    others = (*today.attest, *today.ship)
    places = [card.region for card in (*(parcel.card for parcel in parcels), *others)]
    name_places([*places, *(family.region for family in (*today.families, *today.tell))])
    shown = page(
        "volunteer/today/show.html",
        today=today,
        form=form,
        act=ActForm(formdata=None),
        parts=count_parts(viewer()) if today.is_more or len(today.hand_over) > PRINTED_AT_ONCE else 1,
        fresh=ChosenForm(formdata=None),  # another press is another act, with a key of its own
        ticked=frozenset(form.refs.data or ()),
        refused=_named(today, outcomes),
        done=sum(outcome.is_done for outcome in outcomes),
    )
    return shown, form_status()


def _named(today: Today, outcomes: tuple[Outcome, ...]) -> list[tuple[str, str]]:
    """Name what was not done, with the reason; a thing that is here no more goes by its number."""
    parcels = (*today.collect, *today.hand_over, *today.chase)
    names = {parcel.card.ref: parcel.card.parcel_code or parcel.card.title for parcel in parcels}
    names |= {wish.ref: wish.title for wish in today.wishes}
    return [(names.get(outcome.ref, outcome.ref), outcome.why) for outcome in outcomes if not outcome.is_done]


@bp.post("/desk/today/accounts/<payee>/<any(yes, no):word>")
def tell(payee: str, word: str) -> ResponseReturnValue:
    """Write down that a family was told of its changed account, and whether it knew of it."""
    knew = _("Written down: the family was told.")
    doubts = _("Written down: nobody pays to an account of this family now, and the township asks it.")
    return press(
        lambda: payees.tell(viewer(), payee, is_right=word == "yes"),
        said=knew if word == "yes" else doubts,
        to=HERE,
        again=lambda: _show(ChosenForm(formdata=None), ()),
    )


@bp.post("/desk/today/receive")
def receive_several() -> ResponseReturnValue:
    """Take in all the ticked parcels, whole; one of which a part came is taken in on its own page."""
    return _several(lambda actor, ref: receive.receive(actor, ref), _taken_in)


@bp.post("/desk/today/hand-over")
def hand_over_several() -> ResponseReturnValue:
    """Say of all the ticked parcels that their families have them."""
    return _several(lambda actor, ref: receive.hand_over(actor, ref), _handed_over)


@bp.post("/desk/today/renew")
def renew_several() -> ResponseReturnValue:
    """Say of all the ticked wishes that their needs still stand."""
    return _several(lambda actor, ref: keeping.renew(actor, ref), _renewed)


def _taken_in(count: int) -> str:
    return ngettext("%(num)s parcel is taken in.", "%(num)s parcels are taken in.", count)


def _handed_over(count: int) -> str:
    return ngettext("%(num)s parcel is handed over.", "%(num)s parcels are handed over.", count)


def _renewed(count: int) -> str:
    return ngettext("%(num)s wish is renewed.", "%(num)s wishes are renewed.", count)


def _several(do: Callable[[Actor, str], object], say: Callable[[int], str]) -> ResponseReturnValue:
    """Do it for each; when any was refused, say which and why, with the others done."""
    form = ChosenForm()
    done = submit(form, lambda: each(viewer(), form.chosen(), do))
    if done is None:
        return _show(form, ())
    count = sum(outcome.is_done for outcome in done.result)
    if count == len(done.result):
        flash(say(count), "good")
        return redirect(HERE, code=303)
    g.form_status = status_of(done.result)
    return _show(form, done.result)
