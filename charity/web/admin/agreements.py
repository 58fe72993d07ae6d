"""Pairing agreements of one's regions: writing one down, seeing its milestones met, ending it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.regions import Level, is_code, level_of
from charity.queries.organisations.agreements import list_for_office, list_partners
from charity.queries.regions import place_path
from charity.services.organisations import agreements
from charity.web.admin.forms.agreements import AgreementForm
from charity.web.kit.chooser import choose
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm
from charity.web.kit.organisation_words import org_word
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, press, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_agreements", __name__, url_prefix="/admin/agreements")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = dict.fromkeys(("show", "new", "create", "meet", "end"), OFFICE)
SMALLEST = len("990101")


@bp.get("")
def show() -> ResponseReturnValue:
    """List the agreements of the viewer's regions."""
    cursor = request.args.get("cursor")
    found = list_for_office(viewer(), cursor=cursor)
    name_places(one.region for one in found.cards)
    shown = page(
        "admin/agreements/list.html", found=found, cursor=cursor, act=ActForm(formdata=None), org_word=org_word
    )
    return shown, form_status()


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Choose the place, then write the agreement down."""
    choice = choose(viewer(), "agreement.manage", down_to=Level.VILLAGE)
    may_stop = len(choice.chosen) >= SMALLEST
    if not (choice.is_done or (may_stop and request.args.get("here") == "1")):
        return page("admin/agreements/choose.html", choice=choice, may_stop=may_stop)
    return _new(AgreementForm(), choice.chosen)


def _new(form: AgreementForm, region: str) -> ResponseReturnValue:
    form.offer(list_partners())
    return page("admin/agreements/new.html", form=form, region=region, place=place_path(region)), form_status()


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Hand the agreement to the organisation."""
    region = request.args.get("region", "")
    if not is_code(region) or level_of(region) < Level.COUNTY:
        raise Missing
    form = AgreementForm().offer(list_partners())
    if submit(form, lambda: agreements.propose(viewer(), region, pairing=form.pairing())) is None:
        return _new(form, region)
    flash(_("The organisation is asked to say yes."), "good")
    return redirect("/admin/agreements", code=303)


@bp.post("/milestones/<ref>/met")
def meet(ref: str) -> ResponseReturnValue:
    """Say that a promised step was done."""
    return _done(lambda: agreements.meet(viewer(), ref), _("The milestone is met."))


@bp.post("/<ref>/end")
def end(ref: str) -> ResponseReturnValue:
    """End an agreement."""
    return _done(lambda: agreements.end(viewer(), ref), _("The agreement has ended."))


def _done(call: Callable[[], object], said: str) -> ResponseReturnValue:
    return press(call, said=said, to="/admin/agreements", again=show)
