"""Organisations of one's regions: looking at an application, and what a verified one may do."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.queries.organisations.office import get_for_office, list_for_office
from charity.services.organisations import decide
from charity.web.admin.forms.organisations import EndForm, RefuseForm, RightsForm, VerifyForm
from charity.web.kit.doors import roles
from charity.web.kit.forms import BaseForm
from charity.web.kit.organisation_words import org_word
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_organisations", __name__, url_prefix="/admin/organisations")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = dict.fromkeys(("show", "organisation", "verify", "refuse", "change_rights", "show_end", "end"), OFFICE)
NO_COPIES = {"Cache-Control": "no-store"}


@bp.get("")
def show() -> str:
    """List the organisations of the viewer's regions."""
    found = list_for_office(viewer())
    name_places(one.region for one in found)
    return page("admin/organisations/list.html", found=found, org_word=org_word)


@bp.get("/<ref>")
def organisation(ref: str) -> ResponseReturnValue:
    """Show one organisation with what its office must know."""
    return _show(ref)


def _show(ref: str, *, verify: BaseForm | None = None, refuse: BaseForm | None = None) -> ResponseReturnValue:
    found = get_for_office(viewer(), ref)
    name_places([found.region])
    now = {"takes_money": found.takes_money, "is_vetted": found.is_vetted}
    fresh = RightsForm(formdata=None, data=now) if found.state == "verified" else VerifyForm(formdata=None)
    shown = page(
        "admin/organisations/show.html",
        found=found,
        org_word=org_word,
        form=verify or fresh,
        refuse=refuse or RefuseForm(formdata=None),
    )
    return shown, form_status(), NO_COPIES


@bp.post("/<ref>/verify")
def verify(ref: str) -> ResponseReturnValue:
    """Verify an organisation."""
    form = VerifyForm()

    def call() -> None:
        checked, note = bool(form.is_checked.data), form.note.data or ""
        decide.verify(viewer(), ref, is_checked=checked, rights=form.rights(), note=note)

    if submit(form, call) is None:
        return _show(ref, verify=form)
    return _done(ref, _("The organisation is verified."))


@bp.post("/<ref>/refuse")
def refuse(ref: str) -> ResponseReturnValue:
    """Refuse an application."""
    form = RefuseForm()
    if (
        submit(form, _with_reason(form, lambda reason, note: decide.refuse(viewer(), ref, reason=reason, note=note)))
        is None
    ):
        return _show(ref, refuse=form)
    return _done(ref, _("The application was refused; the applicant reads why."))


@bp.post("/<ref>/rights")
def change_rights(ref: str) -> ResponseReturnValue:
    """Give or take what an organisation may do."""
    form = RightsForm()
    if submit(form, lambda: decide.change_rights(viewer(), ref, rights=form.rights())) is None:
        return _show(ref, verify=form)
    return _done(ref, _("The change is written down."))


@bp.get("/<ref>/end")
def show_end(ref: str) -> ResponseReturnValue:
    """Ask why an organisation ends here."""
    return _end(ref, EndForm())


def _end(ref: str, form: BaseForm) -> ResponseReturnValue:
    return page("admin/organisations/end.html", found=get_for_office(viewer(), ref), form=form), form_status()


@bp.post("/<ref>/end")
def end(ref: str) -> ResponseReturnValue:
    """End an organisation."""
    form = EndForm()
    if (
        submit(form, _with_reason(form, lambda reason, note: decide.end(viewer(), ref, reason=reason, note=note)))
        is None
    ):
        return _end(ref, form)
    return _done(ref, _("The organisation has ended here."))


def _with_reason(form: RefuseForm | EndForm, call: Callable[[str, str], None]) -> Callable[[], None]:
    return lambda: call(str(form.reason.data), form.words.data or "")


def _done(ref: str, said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(f"/admin/organisations/{ref}", code=303)
