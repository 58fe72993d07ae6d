"""What an administrator does about a person only with a second person's yes: an address in full, a lost second step."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.actors import Role
from charity.domain.opinions import OpinionAct
from charity.queries.accounts import get_person
from charity.queries.opinions import is_agreed
from charity.services import accounts
from charity.web.admin.forms.people import SecondedForm
from charity.web.kit.doors import roles
from charity.web.kit.opinions import waits_for_second
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit, was_answered
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_seconded", __name__, url_prefix="/admin/people")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = {"show_address": OFFICE, "see_address": OFFICE, "show_step": OFFICE, "reset_step": OFFICE}
NO_COPIES = {"Cache-Control": "no-store"}
Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/<ref>/address")
def show_address(ref: str) -> Answer:
    """Ask why a person's address is to be seen in full."""
    return _form("address", OpinionAct.UNMASK, ref, SecondedForm())


@bp.post("/<ref>/address")
def see_address(ref: str) -> Answer:
    """Ask for a second person's yes; once it is given, show the address, this once."""
    form = SecondedForm()
    get_person(viewer(), ref)
    done = submit(form, lambda: accounts.unmask(viewer(), ref, reason=form.reason.data or ""))
    if done is None:
        return waits_for_second() or _form("address", OpinionAct.UNMASK, ref, form)
    person = get_person(viewer(), ref)
    return page("admin/seconded/seen.html", person=person, contact=done.result), 200, NO_COPIES


@bp.get("/<ref>/second-step")
def show_step(ref: str) -> Answer:
    """Ask why a person's second step is to be taken away."""
    return _form("second-step", OpinionAct.STEP_RESET, ref, SecondedForm())


@bp.post("/<ref>/second-step")
def reset_step(ref: str) -> Answer:
    """Ask for a second person's yes; once it is given, take the second step away."""
    form = SecondedForm()
    if not was_answered():
        get_person(viewer(), ref)
    if submit(form, lambda: accounts.reset_step(viewer(), ref, reason=form.reason.data or "")) is None:
        return waits_for_second() or _form("second-step", OpinionAct.STEP_RESET, ref, form)
    flash(_("The second step is taken away. The person sets up a new one at the next sign-in."), "good")
    return redirect(url_for("admin_people.person", ref=ref))


def _form(what: str, act: OpinionAct, ref: str, form: SecondedForm) -> tuple[str, int]:
    person = get_person(viewer(), ref)
    agreed = is_agreed(viewer(), act, ref)
    return page("admin/seconded/ask.html", person=person, what=what, form=form, agreed=agreed), form_status()
