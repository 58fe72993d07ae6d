"""The second look at lists of families, and what is printed for their circles: cards and a poster."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.queries.circles import lists as listed
from charity.queries.circles.joining import get_joining
from charity.queries.circles.list_cards import list_cards, list_runs
from charity.queries.cursors import read_number
from charity.services.circles import list_review
from charity.web.kit.circle_words import circle_word
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.list_words import list_word
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.printing import draw_cards, draw_poster
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer
from charity.web.reviewer.forms.lists import RejectListForm

bp = Blueprint("reviewer_lists", __name__, url_prefix="/reviews/lists")
TOWNSHIP = roles(Role.REVIEWER)
PRINTERS = roles(Role.REVIEWER, Role.ADMINISTRATOR)
DOORS = {
    "desk": TOWNSHIP,
    "show": TOWNSHIP,
    "agree": TOWNSHIP,
    "reject": TOWNSHIP,
    "cards": PRINTERS,
    "poster": PRINTERS,
}


@bp.get("")
def desk() -> str:
    """List what waits for a second look, and the lists with circles in the viewer's regions."""
    found = listed.list_for_reviewers(viewer())
    name_places(one.region for one in found)
    return page("reviewer/lists/desk.html", found=found, say=list_word)


@bp.get("/<ref>")
def show(ref: str) -> ResponseReturnValue:
    """Show a list with what is to be decided, or what may be printed."""
    return _show(ref, RejectListForm())


def _show(ref: str, form: BaseForm) -> ResponseReturnValue:
    card = listed.get_for_reviewer(viewer(), ref)
    found = listed.list_ready(viewer(), ref, after=read_number(request.args.get("after", "0")))
    name_places([card.region, *(row.region for row in found.rows)])
    shown = page(
        "reviewer/lists/show.html",
        card=card,
        found=found,
        next_url=None if found.next is None else url_for(".show", ref=ref, after=found.next),
        runs=list_runs(viewer(), ref),
        form=form,
        act=ActForm(formdata=None),
        say=list_word,
        circle_say=circle_word,
    )
    return shown, form_status()


@bp.post("/<ref>/agree")
def agree(ref: str) -> ResponseReturnValue:
    """Agree to the gift and the list."""
    form = ActForm()
    if submit(form, lambda: list_review.agree(viewer(), ref)) is None:
        say_refusal(form)
        return _show(ref, RejectListForm(formdata=None))
    return _decided()


@bp.post("/<ref>/reject")
def reject(ref: str) -> ResponseReturnValue:
    """Turn the list down."""
    form = RejectListForm()
    if submit(form, lambda: list_review.reject(viewer(), ref, reason=str(form.reason.data))) is None:
        return _show(ref, form)
    return _decided()


def _decided() -> ResponseReturnValue:
    flash(_("Your decision is on record."), "good")
    return redirect("/reviews/lists", code=303)


@bp.get("/<ref>/cards")
def cards(ref: str) -> Response:
    """Print the cards of the circles in the viewer's regions, one run of sheets."""
    card = listed.get_for_reviewer(viewer(), ref)
    circles = list_cards(viewer(), ref, after=read_number(request.args.get("after", "0")))
    if not circles:
        raise Missing
    return draw_cards(card, circles)


@bp.get("/<ref>/poster")
def poster(ref: str) -> Response:
    """Print a poster with the link by which the whole programme is joined."""
    card = listed.get_for_reviewer(viewer(), ref)
    if not card.is_joinable:
        raise Missing
    return draw_poster(card, get_joining(viewer(), card.join_code))
