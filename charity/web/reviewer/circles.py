"""The township's desk for circles: at risk, to review, and the letters nobody reads before a reviewer."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.queries.circles import desk as desks
from charity.queries.circles import letters as letter_cards
from charity.queries.circles.review import get_circle_review
from charity.queries.circles.room import get_desk_view
from charity.services.circles import letters, propose
from charity.web.kit.circle_words import circle_word
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer
from charity.web.reviewer.forms.circles import RejectForm, SendBackForm

bp = Blueprint("reviewer_circles", __name__, url_prefix="/reviews")
READERS = frozenset({Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})
TOWNSHIP = frozenset({Role.REVIEWER})
DOORS = {
    "desk": READERS,
    "show": READERS,
    "approve": TOWNSHIP,
    "reject": TOWNSHIP,
    "next_term": TOWNSHIP,
    "letter": TOWNSHIP,
    "pass_on": TOWNSHIP,
    "send_back": TOWNSHIP,
}
NO_COPIES = {"Cache-Control": "no-store"}


@bp.get("/circles")
def desk() -> str:
    """List circles at risk (oldest first), those to review, and the letters to pass."""
    at_risk, waiting = desks.list_at_risk(viewer()), desks.list_to_review(viewer())
    name_places(circle.region_code for circle in (*at_risk, *waiting))
    waits = letter_cards.list_to_review(viewer()) if viewer().has_role(Role.REVIEWER) else ()
    shown = {"at_risk": at_risk, "waiting": waiting, "letters": waits}
    return page("reviewer/circles/desk.html", found=shown, say=circle_word)


@bp.get("/circles/<ref>")
def show(ref: str) -> ResponseReturnValue:
    """Show a circle's template with what is to be decided."""
    return _show(ref, RejectForm())


def _show(ref: str, form: BaseForm) -> ResponseReturnValue:
    room, review = get_desk_view(viewer(), ref), get_circle_review(viewer(), ref)
    name_places([room.circle.county, review.region, review.point_region])
    shown = page(
        "reviewer/circles/show.html",
        room=room,
        review=review,
        form=form,
        act=ActForm(),
        may_decide=viewer().has_role(Role.REVIEWER),
        say=circle_word,
    )
    return shown, form_status(), NO_COPIES


@bp.post("/circles/<ref>/approve")
def approve(ref: str) -> ResponseReturnValue:
    """Agree to a proposed circle and its monthly gift."""
    form = ActForm()
    if submit(form, lambda: propose.approve(viewer(), ref)) is None:
        say_refusal(form)
        return _show(ref, RejectForm(formdata=None))
    return _decided()


@bp.post("/circles/<ref>/reject")
def reject(ref: str) -> ResponseReturnValue:
    """Turn a proposed circle down."""
    form = RejectForm()
    if submit(form, lambda: propose.reject(viewer(), ref, reason=str(form.reason.data))) is None:
        return _show(ref, form)
    return _decided()


@bp.post("/circles/<ref>/next-term")
def next_term(ref: str) -> ResponseReturnValue:
    """Agree to the monthly gift for another term."""
    form = ActForm()
    if submit(form, lambda: propose.approve_term(viewer(), ref)) is None:
        say_refusal(form)
        return _show(ref, RejectForm(formdata=None))
    return _decided()


def _decided() -> ResponseReturnValue:
    flash(_("Your decision is on record."), "good")
    return redirect("/reviews/circles", code=303)


@bp.get("/letters/<ref>")
def letter(ref: str) -> ResponseReturnValue:
    """Show a letter that waits."""
    return _letter(ref, SendBackForm())


def _letter(ref: str, form: BaseForm) -> ResponseReturnValue:
    card = next((card for card in letter_cards.list_to_review(viewer()) if card.ref == ref), None)
    if card is None:
        raise Missing
    shown = page("reviewer/circles/letter.html", card=card, form=form, act=ActForm(), say=circle_word)
    return shown, form_status(), NO_COPIES


@bp.post("/letters/<ref>/pass")
def pass_on(ref: str) -> ResponseReturnValue:
    """Let a letter pass."""
    form = ActForm()
    if submit(form, lambda: letters.pass_on(viewer(), ref)) is None:
        say_refusal(form)
        return _letter(ref, SendBackForm(formdata=None))
    return _decided()


@bp.post("/letters/<ref>/return")
def send_back(ref: str) -> ResponseReturnValue:
    """Give a letter back to its writer."""
    form = SendBackForm()
    if submit(form, lambda: letters.send_back(viewer(), ref, reason=str(form.reason.data))) is None:
        return _letter(ref, form)
    return _decided()
