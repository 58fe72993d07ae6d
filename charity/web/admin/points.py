"""Service points of one's regions: opening, changing and closing them."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.points import PointKind
from charity.domain.regions import Level, is_code
from charity.queries.points import get_point, list_keepers, list_points
from charity.queries.regions import place_path
from charity.services import points
from charity.services.points import PointCard
from charity.web.admin.forms.points import PointForm
from charity.web.kit.chooser import choose
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_points", __name__, url_prefix="/admin/points")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = {"show": OFFICE, "new": OFFICE, "create": OFFICE, "edit": OFFICE, "change": OFFICE, "close": OFFICE}


@bp.get("")
def show() -> str:
    """List the points of the viewer's regions."""
    found = list_points(viewer())
    name_places(point.region for point in found)
    return page("admin/points/show.html", points=found, act=ActForm())


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Choose the township or village, then write the point down."""
    choice = choose(viewer(), "point.manage", down_to=Level.VILLAGE)
    is_chosen = request.args.get("here") == "1" and len(choice.chosen) >= 9
    if not (choice.is_done or is_chosen):
        return page("admin/points/choose.html", choice=choice, may_stop=len(choice.chosen) >= 9)
    return _new(PointForm(), choice.chosen)


def _new(form: PointForm, region: str) -> ResponseReturnValue:
    form.offer(list_keepers(viewer(), region))
    return page("admin/points/form.html", form=form, point=None, region=region, place=place_path(region)), form_status()


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Open the point."""
    region = request.args.get("region", "")
    if not is_code(region):
        raise Missing
    form = PointForm()
    form.offer(list_keepers(viewer(), region))
    if submit(form, lambda: points.create(viewer(), region, point=_card(form))) is None:
        return _new(form, region)
    flash(_("The service point is open."), "good")
    return redirect(url_for(".show"), code=303)


@bp.get("/<ref>")
def edit(ref: str) -> ResponseReturnValue:
    """Show a point for changing it."""
    point = get_point(viewer(), ref)
    form = PointForm(
        data={
            "kind": point.kind,
            "name": point.name,
            "recipient": point.recipient,
            "address": point.address,
            "phone": point.phone,
            "postcode": point.postcode,
            "hours": point.hours,
            "keeper_ref": point.keeper_ref,
            "is_remote": point.is_remote,
            "pupils": point.pupils,
            "villages_served": point.villages_served,
        }
    )
    return _edit(form, ref)


def _edit(form: PointForm, ref: str) -> ResponseReturnValue:
    point = get_point(viewer(), ref)
    form.offer(list_keepers(viewer(), point.region))
    place = place_path(point.region)
    shown = page("admin/points/form.html", form=form, point=point, region=point.region, place=place)
    return shown, form_status(), {"Cache-Control": "no-store"}


@bp.post("/<ref>")
def change(ref: str) -> ResponseReturnValue:
    """Write the point down anew."""
    form = PointForm()
    form.offer(list_keepers(viewer(), get_point(viewer(), ref).region))
    if submit(form, lambda: points.change(viewer(), ref, point=_card(form))) is None:
        return _edit(form, ref)
    flash(_("The service point was changed."), "good")
    return redirect(url_for(".show"), code=303)


@bp.post("/<ref>/close")
def close(ref: str) -> ResponseReturnValue:
    """Close a point."""
    form = ActForm()
    if submit(form, lambda: points.close(viewer(), ref)) is None:
        say_refusal(form)
        return show(), form_status()
    flash(_("The service point is closed."), "good")
    return redirect(url_for(".show"), code=303)


def _card(form: PointForm) -> PointCard:
    return PointCard(
        kind=PointKind(form.kind.data),
        name=form.name.data or "",
        recipient=form.recipient.data or "",
        address=form.address.data or "",
        phone=form.phone.data or "",
        postcode=form.postcode.data or "",
        hours=form.hours.data or "",
        keeper_ref=form.keeper_ref.data or "",
        is_remote=bool(form.is_remote.data),
        pupils=form.pupils.data or 0,
        villages_served=form.villages_served.data or 0,
    )
