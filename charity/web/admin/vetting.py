"""Who was vetted to serve children: recording it, ending it, and the list."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.regions import is_code
from charity.queries.services import list_vettings
from charity.services import vetting
from charity.web.admin.forms.vetting import VettingForm
from charity.web.kit.chooser import choose
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_vetting", __name__, url_prefix="/admin/vetting")
READERS = roles(Role.ADMINISTRATOR, Role.AUDITOR)
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = {"show": READERS, "new": OFFICE, "record": OFFICE, "revoke": OFFICE}
NO_COPIES = {"Cache-Control": "no-store"}
Answer = Response | tuple[str, int, dict[str, str]]


@bp.get("")
def show() -> Answer:
    """List who was vetted in my regions."""
    return _list(ActForm())


def _list(form: ActForm) -> Answer:
    found, after = list_vettings(viewer(), after=request.args.get("after", 0, type=int))
    name_places(row.region for row in found)
    next_url = None if after is None else url_for(".show", after=after)
    may_record = viewer().has_role(Role.ADMINISTRATOR)
    shown = page("admin/vetting/show.html", found=found, form=form, next_url=next_url, may_record=may_record)
    return shown, form_status(), NO_COPIES


@bp.get("/new")
def new() -> Answer:
    """Choose the place, then write the record."""
    return _new(VettingForm())


def _new(form: VettingForm) -> Answer:
    is_country = viewer().holds(Role.ADMINISTRATOR, "")
    shown = page("admin/vetting/new.html", form=form, choice=choose(viewer(), vetting.RECORD), is_country=is_country)
    return shown, form_status(), NO_COPIES


@bp.post("/new")
def record() -> Answer:
    """Keep the record."""
    form = VettingForm()
    if submit(form, lambda: _recorded(form)) is None:
        return _new(form)
    flash(_("It is on record, and the person is told."), "good")
    return redirect(url_for(".show"))


def _recorded(form: VettingForm) -> str:
    region = request.args.get("region", "")
    if region and not is_code(region):
        raise Missing
    return vetting.record(
        viewer(),
        login=form.login.data or "",
        region=region,
        real_name=form.real_name.data or "",
        proof=form.proof.data or "",
        until=form.until.data,
    )


@bp.post("/<ref>/revoke")
def revoke(ref: str) -> Answer:
    """End a record at once."""
    form = ActForm()
    if submit(form, lambda: vetting.revoke(viewer(), ref)) is None:
        say_refusal(form)
        return _list(form)
    flash(_("The record has ended."), "good")
    return redirect(url_for(".show"))
