"""Keeping an organisation: how many gifts it may have open, and the second yes to who speaks for it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.queries.organisations.keeping import get_keeping
from charity.services.organisations import limits, officers
from charity.web.admin.forms.organisations import PlacesForm
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.organisation_words import org_word
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, press, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_organisation_keeping", __name__, url_prefix="/admin/organisations/<ref>")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = dict.fromkeys(("show", "set_places", "decide", "end_officer", "name_officer"), OFFICE)


@bp.get("/keeping")
def show(ref: str) -> ResponseReturnValue:
    """Show how much an organisation may promise and who speaks for it."""
    return _show(ref)


def _show(ref: str, form: BaseForm | None = None) -> ResponseReturnValue:
    found = get_keeping(viewer(), ref)
    shown = page(
        "admin/organisations/keeping.html",
        found=found,
        form=form or PlacesForm(formdata=None),
        act=ActForm(formdata=None),
        org_word=org_word,
    )
    return shown, form_status(), {"Cache-Control": "no-store"}


@bp.post("/places")
def set_places(ref: str) -> ResponseReturnValue:
    """Raise or lower how many gifts an organisation may have open."""
    form = PlacesForm()
    places, reason = form.places.data or 0, form.words.data or ""
    if submit(form, lambda: limits.set_places(viewer(), ref, places=places, reason=reason)) is None:
        return _show(ref, form)
    return _done(ref, _("The limit is written down, and the organisation is told."))


@bp.post("/officers/<change>/<any(yes, no):word>")
def decide(ref: str, change: str, word: str) -> ResponseReturnValue:
    """Say yes or no to who speaks for an organisation."""
    if word == "yes":
        return _act(ref, lambda: officers.confirm(viewer(), ref, change), _("Confirmed. It is so from now on."))
    return _act(ref, lambda: officers.refuse(viewer(), ref, change), _("You refused. It stays undone."))


@bp.post("/people/<person>/end")
def end_officer(ref: str, person: str) -> ResponseReturnValue:
    """Take somebody's right to speak for an organisation away at once."""
    said = _("The right has ended on all devices.")
    return _act(ref, lambda: officers.end(viewer(), ref, person), said)


@bp.post("/people/<person>/officer")
def name_officer(ref: str, person: str) -> ResponseReturnValue:
    """Ask that a member speaks for an organisation nobody can speak for."""
    said = _("Asked. Another administrator confirms it.")
    return _act(ref, lambda: officers.ask_as_office(viewer(), ref, person), said)


def _act(ref: str, call: Callable[[], object], said: str) -> ResponseReturnValue:
    return press(call, said=said, to=f"/admin/organisations/{ref}/keeping", again=lambda: _show(ref))


def _done(ref: str, said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(f"/admin/organisations/{ref}/keeping", code=303)
