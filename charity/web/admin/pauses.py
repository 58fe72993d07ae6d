"""The pause calendar: days on which all clocks of a region stand still."""

from datetime import date

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.regions import is_code
from charity.queries.pauses import list_pauses
from charity.services import pauses
from charity.web.admin.forms.pauses import PauseForm
from charity.web.kit.chooser import choose
from charity.web.kit.desk_words import desk_word
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_pauses", __name__, url_prefix="/admin/pauses")
OFFICE = roles(Role.ADMINISTRATOR)
READERS = roles(Role.ADMINISTRATOR, Role.AUDITOR, Role.REVIEWER)
DOORS = {"show": READERS, "show_new": OFFICE, "add": OFFICE, "revoke": OFFICE}
Answer = Response | tuple[str, int]


@bp.get("")
def show() -> Answer:
    """List the pauses of my regions."""
    return _show(ActForm())


def _show(form: BaseForm) -> Answer:
    found = list_pauses(viewer())
    name_places(pause.region for pause in found)
    may_add = viewer().has_role(Role.ADMINISTRATOR)
    return page("admin/pauses/show.html", pauses=found, form=form, say=desk_word, may_add=may_add), form_status()


@bp.get("/new")
def show_new() -> Answer:
    """Choose the place, then the days."""
    return _new(PauseForm())


def _new(form: PauseForm) -> Answer:
    return page("admin/pauses/new.html", form=form, choice=choose(viewer(), pauses.MANAGE)), form_status()


@bp.post("/new")
def add() -> Answer:
    """Add a pause for the chosen place."""
    form = PauseForm()
    done = submit(form, lambda: _added(form))
    if done is None:
        return _new(form)
    flash(f"{_('The pause stands in the calendar.')} {_moved(done.result.moved)}", "good")
    return redirect("/admin/pauses")


def _added(form: PauseForm) -> pauses.Paused:
    region, first, last = request.args.get("region", ""), form.starts_on.data, form.ends_on.data
    if not is_code(region) or not isinstance(first, date) or not isinstance(last, date):
        raise Missing
    return pauses.add_pause(viewer(), region=region, starts_on=first, ends_on=last, reason=str(form.reason.data))


@bp.post("/<int:pause_id>/revoke")
def revoke(pause_id: int) -> Answer:
    """Take a pause back."""
    form = ActForm()
    done = submit(form, lambda: pauses.revoke_pause(viewer(), pause_id))
    if done is None:
        return _show(form)
    flash(f"{_('The pause is taken back.')} {_moved(done.result.moved)}", "good")
    return redirect("/admin/pauses")


def _moved(count: int) -> str:
    return ngettext("%(num)s deadline has moved.", "%(num)s deadlines have moved.", count)
