"""Schools and villages as beneficiaries: the list of one's regions, and registering one."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.regions import is_code
from charity.queries.regions import place_path
from charity.queries.wishes.choosing import list_sites
from charity.services import sites
from charity.services.sites import Place
from charity.web.kit.chooser import choose
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.wishes import SiteForm

bp = Blueprint("volunteer_sites", __name__)
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR})
DOORS = {"show": STAFF, "new": STAFF, "create": STAFF, "close": STAFF}


@bp.get("/sites")
def show() -> str:
    """List the sites of the viewer's regions."""
    return page("volunteer/sites/show.html", sites=list_sites(viewer()), act=ActForm())


@bp.get("/sites/new")
def new() -> ResponseReturnValue:
    """Choose the village, then write the site down."""
    choice = choose(viewer(), "site.register")
    if not choice.is_done:
        return page("volunteer/sites/choose.html", choice=choice)
    return _new(SiteForm(), choice.chosen)


def _new(form: SiteForm, region: str) -> ResponseReturnValue:
    return page("volunteer/sites/new.html", form=form, region=region, place=place_path(region)), form_status()


@bp.post("/sites/new")
def create() -> ResponseReturnValue:
    """Register the site."""
    form, region = SiteForm(), request.args.get("region", "")
    if not is_code(region):
        raise Missing
    if submit(form, lambda: sites.register(viewer(), region, place=_place(form))) is None:
        return _new(form, region)
    flash(_("The site was registered."), "good")
    return redirect(url_for(".show"), code=303)


def _place(form: SiteForm) -> Place:
    return Place(
        kind=form.kind.data or "",
        name=form.name.data or "",
        head=form.head.data or "",
        phone=form.phone.data or "",
        pupils=form.pupils.data or 0,
        villages_served=form.villages_served.data or 0,
    )


@bp.post("/sites/<ref>/close")
def close(ref: str) -> ResponseReturnValue:
    """Close a site."""
    form = ActForm()
    if submit(form, lambda: sites.close(viewer(), ref)) is None:
        say_refusal(form)
        return show(), form_status()
    return redirect(url_for(".show"), code=303)
