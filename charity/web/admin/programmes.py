"""Programmes of one's regions: opening them with their legal basis, and closing them."""

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.adapters.clock import now
from charity.domain import money
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.kinds import Kind
from charity.domain.permissions import regions_for
from charity.queries.programmes import list_programmes
from charity.queries.regions import place_path
from charity.services import programmes
from charity.services.programmes import Campaign
from charity.web.admin.forms.programmes import ProgrammeForm
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_programmes", __name__, url_prefix="/admin/programmes")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = {"show": OFFICE, "new": OFFICE, "create": OFFICE, "close": OFFICE}


@bp.get("")
def show() -> str:
    """List the programmes of the viewer's regions."""
    found = list_programmes(viewer())
    name_places(programme.region for programme in found)
    return page("admin/programmes/show.html", programmes=found, act=ActForm())


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Write a programme down."""
    return _new(ProgrammeForm(starts_on=day_of(now())))


def _new(form: ProgrammeForm) -> ResponseReturnValue:
    return page("admin/programmes/new.html", form=_offered(form)), form_status()


def _offered(form: ProgrammeForm) -> ProgrammeForm:
    spoken: str = current_app.extensions["language"]()
    regions = regions_for(viewer(), "programme.manage")
    form.offer([(code, place_path(code, language=spoken) or _("Whole country")) for code in regions])
    return form


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Open the programme."""
    form = _offered(ProgrammeForm())
    done = submit(form, lambda: programmes.create(viewer(), form.region.data or "", campaign=_campaign(form)))
    if done is None:
        return _new(form)
    flash(_("The programme is open; wishes can be published under it."), "good")
    return redirect(url_for(".show"), code=303)


def _campaign(form: ProgrammeForm) -> Campaign:
    return Campaign(
        code=(form.code.data or "").upper(),
        name=form.name.data or "",
        kind=Kind(form.kind.data),
        starts_on=form.starts_on.data or day_of(now()),
        ends_on=form.ends_on.data,
        budget_fen=money.parse_yuan(form.budget.data, field="budget") if form.budget.data else None,
        body=form.body.data or "",
        certificate=form.certificate.data or "",
        filing=form.filing.data or "",
        platform_url=form.platform_url.data or "",
        contact=form.contact.data or "",
    )


@bp.post("/<ref>/close")
def close(ref: str) -> ResponseReturnValue:
    """End a programme."""
    form = ActForm()
    if submit(form, lambda: programmes.close(viewer(), ref)) is None:
        say_refusal(form)
        return show(), form_status()
    flash(_("The programme is closed. What is public under it stays."), "good")
    return redirect(url_for(".show"), code=303)
