"""Cases: what is open in the auditor's regions, one case with its whole trail, the ruling."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.actors import Role
from charity.queries.cases import CaseFile, get_case, list_cases
from charity.queries.concerns import ConcernDesk, find_concern_desk
from charity.services.pledges import rule
from charity.services.wishes import takedowns
from charity.web.auditor.forms.cases import BringBackForm, RuleForm, TakeDownForm, TakeUpForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.pledge_words import say, stations_of
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("auditor_cases", __name__)
READERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR, Role.REVIEWER})
TAKERS = frozenset({Role.REVIEWER, Role.AUDITOR})
DOORS = {
    "desk": READERS,
    "show": READERS,
    "make_ruling": frozenset({Role.AUDITOR}),
    **dict.fromkeys(("take_up", "take_down", "bring_back"), TAKERS),
}
Answer = Response | tuple[str, int]


@bp.get("/audit/cases")
def desk() -> str:
    """List the cases of the viewer's regions."""
    is_open = request.args.get("ruled") != "1"
    found = list_cases(viewer(), is_open=is_open, cursor=request.args.get("cursor"))
    name_places([card.region for card in found.cards])
    ruled = None if is_open else 1
    next_url = None if found.next is None else url_for(".desk", cursor=found.next, ruled=ruled)
    return page("auditor/cases/desk.html", found=found, is_open=is_open, say=say, next_url=next_url)


@bp.get("/audit/cases/<ref>")
def show(ref: str) -> Answer:
    """Show one case."""
    return _show(get_case(viewer(), ref), RuleForm())


def _show(
    found: CaseFile,
    form: RuleForm,
    take: TakeDownForm | None = None,
    back: BringBackForm | None = None,
    up: TakeUpForm | None = None,
) -> Answer:
    form.offer(found.rulings)
    name_places([found.card.region])
    desk = find_concern_desk(viewer(), found.card.ref)
    take = take or TakeDownForm(formdata=None)
    _offer(take, desk, has_photo=desk is not None and desk.has_photo)
    shown = page(
        "auditor/cases/show.html",
        found=found,
        form=form,
        desk=desk,
        take=take,
        back=back or BringBackForm(formdata=None),
        up=up or TakeUpForm(formdata=None),
        say=say,
        stations=stations_of(found.stops, "goods" if found.pledge is None else found.pledge.kind),
    )
    return shown, form_status()


def _offer(take: TakeDownForm, desk: ConcernDesk | None, *, has_photo: bool) -> None:
    names, marked = ((), "") if desk is None else (desk.names, desk.marked)
    thing, is_month = ("wish", False) if desk is None else (desk.thing, desk.is_month)
    take.offer(thing=thing, has_photo=has_photo, is_month=is_month, names=names, marked=marked)


@bp.post("/audit/cases/<ref>/take-up")
def take_up(ref: str) -> Answer:
    """Say that somebody looks into a concern, and what it is about where its page did not tell."""
    form = TakeUpForm()
    done = submit(form, lambda: takedowns.take_up(viewer(), ref, thing=form.thing.data or ""))
    if done is None:
        return _show(get_case(viewer(), ref), RuleForm(formdata=None), up=form)
    flash(_("Whoever has the number now sees that the concern is looked into."), "good")
    return redirect(f"/audit/cases/{ref}")


@bp.post("/audit/cases/<ref>/take-down")
def take_down(ref: str) -> Answer:
    """Take what a concern is about out of sight."""
    form, desk = TakeDownForm(), find_concern_desk(viewer(), ref)
    _offer(form, desk, has_photo=True)
    chosen = str(form.name.data or "")
    done = submit(form, lambda: takedowns.take_down(viewer(), ref, scope=str(form.scope.data), name=chosen))
    if done is None:
        return _show(get_case(viewer(), ref), RuleForm(formdata=None), take=form)
    flash(
        _("It is out of sight. Copies that browsers and servers keep for a moment are gone within 60 seconds."), "good"
    )
    return redirect(f"/audit/cases/{ref}")


@bp.post("/audit/cases/<ref>/bring-back")
def bring_back(ref: str) -> Answer:
    """Bring back into sight what a concern had hidden."""
    form = BringBackForm()
    done = submit(form, lambda: takedowns.bring_back(viewer(), ref, reason=form.reason.data or ""))
    if done is None:
        return _show(get_case(viewer(), ref), RuleForm(formdata=None), back=form)
    flash(_("It is in sight again, unless something else hides it, such as a consent."), "good")
    return redirect(f"/audit/cases/{ref}")


@bp.post("/audit/cases/<ref>/rule")
def make_ruling(ref: str) -> Answer:
    """Rule a case."""
    form, found = RuleForm(), get_case(viewer(), ref)
    form.offer(found.rulings)
    done = submit(form, lambda: _rule(found, str(form.ruling.data), form.grounds.data or ""))
    if done is None:
        return _show(found, form)
    flash(_("The ruling is written down, and the parties are told."), "good")
    return redirect(f"/audit/cases/{ref}")


def _rule(found: CaseFile, ruling: str, grounds: str) -> object:
    if found.pledge is None:
        return rule.rule_concern(viewer(), found.card.ref, ruling=ruling, grounds=grounds)
    return rule.rule(viewer(), found.pledge.ref, ruling=ruling, grounds=grounds)
