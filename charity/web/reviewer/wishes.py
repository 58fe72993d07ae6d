"""The reviewers' desk for wishes: the queue, one wish with everything to weigh, and the decisions."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from charity.domain import reviews
from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.queries.organisations.money import find_receiver_of
from charity.queries.services import find_second_adult, find_service
from charity.queries.wishes import queue
from charity.queries.wishes.review import ReviewPage, get_review
from charity.services.wishes import ending, keeping, review
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, press, submit
from charity.web.kit.viewer import viewer
from charity.web.reviewer.forms.wishes import ApproveForm, LowerForm, ReasonForm, ReasonsForm, ReopenForm

bp = Blueprint("reviewer_wishes", __name__, url_prefix="/reviews")
READERS = frozenset({Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})
TOWNSHIP = frozenset({Role.REVIEWER})
DOORS = {
    "desk": READERS,
    "stopped": TOWNSHIP,
    "lift": TOWNSHIP,
    "show": READERS,
    "approve": TOWNSHIP,
    "renew": TOWNSHIP,
    "show_decision": TOWNSHIP,
    "decide": TOWNSHIP,
}


@bp.get("")
def desk() -> str:
    """List what waits for review."""
    found = queue.list_queue(viewer(), request.args.get("cursor"))
    name_places(wish.region for wish in found.wishes)
    next_url = None if found.next is None else url_for(".desk", cursor=found.next)
    freed = None if request.args.get("cursor") else queue.list_reopenable(viewer(), request.args.get("freed"))
    return page(
        "reviewer/wishes/desk.html",
        found=found,
        freed=freed,
        next_url=next_url,
        may_lift=viewer().has_role(Role.REVIEWER),
    )


@bp.get("/stopped")
def stopped() -> ResponseReturnValue:
    """List drafts that one of the fair limits stopped."""
    return _stopped(ReasonForm(), "")


def _stopped(form: ReasonForm, at: str) -> ResponseReturnValue:
    cursor = request.args.get("cursor")
    found = queue.list_stopped(viewer(), cursor)
    name_places(wish.region for wish in found.wishes)
    shown = page("reviewer/wishes/stopped.html", found=found, is_first=not cursor, form=form, at=at)
    return shown, form_status()


@bp.post("/stopped/<ref>")
def lift(ref: str) -> ResponseReturnValue:
    """Let one draft pass the limits, with a reason."""
    form = ReasonForm()
    if submit(form, lambda: review.override_limits(viewer(), ref, reason=form.reason.data or "")) is None:
        return _stopped(form, ref)
    flash(_("The volunteer can hand this wish in now."), "good")
    return redirect(url_for(".stopped"), code=303)


@bp.get("/wishes/<ref>")
def show(ref: str) -> ResponseReturnValue:
    """Show one wish with everything to weigh."""
    return _show(ref, ApproveForm())


def _show(ref: str, form: ApproveForm) -> ResponseReturnValue:
    wish = get_review(viewer(), ref)
    form.offer((*wish.need_checks, *wish.photo_checks), wish.programmes)
    decisions = [(name, words) for name, (words, _form) in DECISIONS.items() if _fits(wish, name)]
    shown = page(
        "reviewer/wishes/show.html",
        wish=wish,
        form=form,
        act=ActForm(),
        decisions=decisions,
        service=find_service(ref),
        receiver=find_receiver_of(ref),
        adult=find_second_adult(viewer(), ref),
    )
    return shown, form_status(), {"Cache-Control": "no-store"}


@bp.post("/wishes/<ref>/approve")
def approve(ref: str) -> ResponseReturnValue:
    """Agree to the wish."""
    wish = get_review(viewer(), ref)
    form = ApproveForm()
    form.offer((*wish.need_checks, *wish.photo_checks), wish.programmes)
    done = submit(
        form,
        lambda: review.approve(
            viewer(),
            ref,
            checks=form.checks.data or [],
            programme_code=form.programme_code.data or "",
            override_reason=form.override_reason.data or "",
        ),
    )
    if done is None:
        return _show(ref, form)
    is_public = done.result == "approved"
    flash(_("The wish is public now.") if is_public else _("A second reviewer must agree as well."), "good")
    return redirect(url_for(".desk"), code=303)


@bp.post("/wishes/<ref>/renew")
def renew(ref: str) -> ResponseReturnValue:
    """Say in the volunteer's place that the need still stands."""
    return press(
        lambda: keeping.renew(viewer(), ref),
        said=_("The wish was renewed."),
        to=url_for(".show", ref=ref),
        again=lambda: _show(ref, ApproveForm(formdata=None)),
    )


def _reasons(codes: tuple[str, ...]) -> Callable[[], BaseForm]:
    def make() -> BaseForm:
        form = ReasonsForm()
        form.offer(codes)
        return form

    return make


DECISIONS: dict[str, tuple[LazyString, Callable[[], BaseForm]]] = {
    "return": (_l("Send back with reasons"), _reasons(reviews.RETURN_REASONS)),
    "reject": (_l("Do not accept"), _reasons(reviews.REJECT_REASONS)),
    "refer": (_l("Refer to public assistance"), _reasons(reviews.REFER_REASONS)),
    "withdraw": (_l("Take down"), _reasons(reviews.WITHDRAW_REASONS)),
    "lower": (_l("Ask for fewer units"), LowerForm),
    "reopen": (_l("Open again"), ReopenForm),
}
_IN_STATE = {
    "submitted": ("return", "reject", "refer"),
    "approved": ("lower", "withdraw"),
    "stale": ("lower", "withdraw"),
    "closed": ("reopen",),
}


def _fits(wish: ReviewPage, name: str) -> bool:
    return wish.may_decide and name in _IN_STATE.get(wish.state, ())


@bp.get("/wishes/<ref>/<any(return, reject, refer, withdraw, lower, reopen):name>")
def show_decision(ref: str, name: str) -> ResponseReturnValue:
    """Ask for the reasons of a decision."""
    return _decision(ref, name, DECISIONS[name][1]())


def _decision(ref: str, name: str, form: BaseForm) -> ResponseReturnValue:
    wish = get_review(viewer(), ref)
    return page("reviewer/wishes/decide.html", wish=wish, name=name, words=DECISIONS[name][0], form=form), form_status()


@bp.post("/wishes/<ref>/<any(return, reject, refer, withdraw, lower, reopen):name>")
def decide(ref: str, name: str) -> ResponseReturnValue:
    """Take a decision."""
    form = DECISIONS[name][1]()
    if submit(form, lambda: _decide(ref, name, form)) is None:
        return _decision(ref, name, form)
    flash(_("Your decision is on record."), "good")
    return redirect(url_for(".desk"), code=303)


def _decide(ref: str, name: str, form: BaseForm) -> object:
    if isinstance(form, ReasonsForm):
        calls = {
            "return": review.send_back,
            "reject": review.reject,
            "refer": review.refer,
            "withdraw": ending.withdraw,
        }
        return calls[name](viewer(), ref, reasons=form.reasons.data or [], note=form.note.data or "")
    if isinstance(form, LowerForm):
        return keeping.lower(viewer(), ref, wanted=form.wanted.data or 0, reason=form.reason.data or "")
    if isinstance(form, ReopenForm):
        override = form.override_reason.data or ""
        return keeping.reopen(viewer(), ref, reason=form.reason.data or "", override_reason=override)
    raise Missing
