"""What I would like to help with: stated if one likes, changed and deleted at any time."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.interests import MOST_PLACES, Interests
from charity.domain.regions import Level
from charity.queries.catalogue import list_to_give
from charity.queries.interests import get_own_interests
from charity.queries.regions import exists
from charity.services import interests
from charity.web.account.forms.interests import InterestsForm, PlaceForm
from charity.web.kit.chooser import choose_within
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_interests", __name__, url_prefix="/account/interests")
DOORS = dict.fromkeys(("show", "state", "where", "add_place", "remove_place", "forget"), SIGNED_IN)
Answer = Response | tuple[str, int]
FIRST = "?first=1"  # the way here led from signing up: it goes on to the wishes


def _on() -> str:
    return FIRST if request.args.get("first") == "1" else ""


@bp.get("")
def show() -> Answer:
    """Show what is stated, in a form that may be left empty."""
    known = get_own_interests(viewer())
    return _show(InterestsForm().fill(known), known)


def _show(form: InterestsForm, known: Interests) -> Answer:
    form.offer(list_to_give(), known.stated.kinds)
    name_places(known.stated.places)
    shown = page(
        "account/interests/show.html", form=form, known=known, on=_on(), most_places=MOST_PLACES, act=ActForm()
    )
    return shown, form_status()


@bp.post("")
def state() -> Answer:
    """Keep what was stated."""
    form, known = InterestsForm(), get_own_interests(viewer())
    form.offer(list_to_give(), known.stated.kinds)
    done = submit(
        form,
        lambda: interests.state(
            viewer(),
            kinds=form.kinds.data or (),
            forms=form.forms.data or (),
            ages=form.ages.data or (),
            need=int(form.need.data) if form.need.data else None,
            budget_fen=None if form.budget.data is None else form.budget.data * 100,
            units=1 if form.units.data is None else form.units.data,
            seats=int(form.seats.data or 0),
        ),
    )
    if done is None:
        return _show(form, known)
    flash(_("Kept. You can change or delete it at any time."), "good")
    return redirect("/wishes" if _on() else "/account/interests")


@bp.get("/place")
def where() -> Answer:
    """Choose a place step by step, down to the county at most."""
    return _where(PlaceForm())


def _where(form: PlaceForm) -> Answer:
    choice = choose_within(("",), down_to=Level.COUNTY)
    posted = form.region.data or ""
    form.region.data = posted if exists(posted) else choice.chosen
    return page("account/interests/where.html", choice=choice, form=form, on=_on()), form_status()


@bp.post("/place")
def add_place() -> Answer:
    """State one more place."""
    form = PlaceForm()
    if submit(form, lambda: interests.add_place(viewer(), form.region.data or "")) is None:
        return _where(form)
    return redirect(f"/account/interests{_on()}")


@bp.post("/place/<code>/remove")
def remove_place(code: str) -> Answer:
    """Take a place back."""
    return _after(lambda: interests.remove_place(viewer(), code))


@bp.post("/forget")
def forget() -> Answer:
    """Delete everything that was stated."""
    done = _after(lambda: interests.forget(viewer()))
    if isinstance(done, Response):
        flash(_("Deleted: nothing is stated any more."))
    return done


def _after(work: Callable[[], None]) -> Answer:
    form = ActForm()
    if submit(form, work) is None:
        say_refusal(form)
        known = get_own_interests(viewer())
        return _show(InterestsForm(formdata=None).fill(known), known)
    return redirect(f"/account/interests{_on()}")
