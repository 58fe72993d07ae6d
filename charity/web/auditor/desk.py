"""The auditor's desk: cases with their ages, what waits for him, and how the public book stands."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from charity.domain.actors import Role
from charity.queries.desks import get_audit_desk
from charity.web.kit.desk_words import desk_word
from charity.web.kit.doors import roles
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.rooms import open_rooms
from charity.web.kit.viewer import viewer

bp = Blueprint("auditor_desk", __name__, url_prefix="/audit")
DOORS = {"show": roles(Role.AUDITOR)}
ROOMS = (
    ("/audit/cases", _l("Cases")),
    ("/audit/pledges", _l("All pledges")),
    ("/reviews", _l("Wishes under review")),
    ("/admin/people", _l("People and roles")),
    ("/admin/pauses", _l("Pause calendar")),
    ("/audit/exports", _l("Exports")),
    ("/opinions", _l("Second opinions")),
    ("/audit/access", _l("Access log")),
    ("/admin/retention", _l("How long records are kept")),
    ("/audit/organisations", _l("What officers did")),
    ("/agreements/milestones", _l("Milestones of pairing agreements")),
    ("/book", _l("Public book")),
)


@bp.get("")
def show() -> str:
    """Show what waits for the auditor."""
    desk = get_audit_desk(viewer())
    name_places(desk.regions)
    return page("auditor/desk/show.html", desk=desk, say=desk_word, rooms=open_rooms(ROOMS))
