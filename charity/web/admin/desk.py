"""The administrator's desk: what waits in his regions, how long, and who must act; and the lists behind the numbers."""

from flask import Blueprint, request, url_for
from flask_babel import lazy_gettext as _l

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.permissions import regions_for
from charity.domain.regions import is_code
from charity.queries import desk_lists, desks
from charity.queries.cursors import read_number
from charity.web.kit.desk_words import desk_word
from charity.web.kit.doors import roles
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.region_choices import region_choices
from charity.web.kit.rooms import open_rooms
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_desk", __name__, url_prefix="/admin")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = {
    "show": OFFICE,
    "waiting": roles(Role.ADMINISTRATOR, Role.AUDITOR),
    "silent": OFFICE,
    "ending": OFFICE,
    "consents": OFFICE,
}
ROOMS = (
    ("/admin/people", _l("People and roles")),
    ("/admin/vetting", _l("Vetted to serve children")),
    ("/admin/points", _l("Service points")),
    ("/admin/programmes", _l("Programmes")),
    ("/admin/organisations", _l("Organisations")),
    ("/admin/agreements", _l("Pairing agreements")),
    ("/agreements/milestones", _l("Milestones of pairing agreements")),
    ("/audit/organisations", _l("What officers did")),
    ("/admin/imports", _l("County lists")),
    ("/admin/catalogue", _l("Item catalogue")),
    ("/admin/retention", _l("How long records are kept")),
    ("/admin/sites", _l("Schools and villages")),
    ("/admin/pauses", _l("Pause calendar")),
    ("/wishes/print", _l("Wish cards to print")),
    ("/admin/matching", _l("Nightly matching")),
    ("/audit/pledges", _l("All pledges")),
    ("/audit/cases", _l("Cases")),
    ("/audit/exports", _l("Exports")),
    ("/opinions", _l("Second opinions")),
    ("/audit/access", _l("Access log")),
)


@bp.get("")
def show() -> str:
    """Show what waits in my regions."""
    desk = desks.get_overview(viewer())
    name_places([*desk.regions, *(place.region for place in desk.places)])
    return page("admin/desk/show.html", desk=desk, say=desk_word, rooms=open_rooms(ROOMS))


@bp.get("/waiting/<any(review, overdue, pool, returned):queue>")
def waiting(queue: str) -> str:
    """List the wishes of one queue."""
    region = request.args.get("region", "")
    if region and not is_code(region):
        raise Missing
    found = desk_lists.list_waiting_wishes(viewer(), queue, region=region, after=_after())
    name_places(wish.region for wish in found.rows)
    return page(
        "admin/desk/waiting.html",
        queue=queue,
        found=found,
        say=desk_word,
        region=region,
        regions=region_choices(regions_for(viewer(), "queue.read"), region),
        next_url=None if found.next is None else url_for(".waiting", queue=queue, region=region, after=found.next),
    )


@bp.get("/silent")
def silent() -> str:
    """List the volunteers who have been silent for 7 days."""
    return _terms("silent", desk_lists.list_silent(viewer(), after=_after()))


@bp.get("/ending")
def ending() -> str:
    """List the terms that end within 30 days."""
    return _terms("ending", desk_lists.list_ending(viewer(), after=_after()))


def _terms(which: str, found: desk_lists.Lines[desk_lists.TermLine]) -> str:
    name_places(line.region for line in found.rows)
    next_url = None if found.next is None else url_for(f".{which}", after=found.next)
    return page("admin/desk/terms.html", which=which, found=found, next_url=next_url)


@bp.get("/consents")
def consents() -> str:
    """List the families whose consents end within 60 days."""
    found = desk_lists.list_consents(viewer(), after=_after())
    name_places(line.region for line in found.rows)
    next_url = None if found.next is None else url_for(".consents", after=found.next)
    return page("admin/desk/consents.html", found=found, next_url=next_url)


def _after() -> int:
    return read_number(request.args.get("after", "0"))
