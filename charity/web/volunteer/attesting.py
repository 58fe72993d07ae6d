"""The keeper of a service point or school attests hours that were given."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.queries.pledges.point import get_point_pledge
from charity.queries.services import find_visit_for_field
from charity.services.pledges import receive
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit, was_answered
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.parcels import AttestForm

bp = Blueprint("volunteer_attesting", __name__)
FIELD = frozenset({Role.VOLUNTEER, Role.REVIEWER})
DOORS = {"show": FIELD, "attest": FIELD}
Answer = Response | tuple[str, int]


@bp.get("/desk/parcels/<ref>/attest")
def show(ref: str) -> Answer:
    """Show the hours that were logged, and ask who was there."""
    return _shown(ref, AttestForm())


def _shown(ref: str, form: AttestForm) -> Answer:
    pledge = get_point_pledge(viewer(), ref)
    visit = find_visit_for_field(ref)
    if pledge.card.kind != Kind.SERVICE.value or visit is None or "hand-over" not in pledge.acts:
        raise Missing
    return page("volunteer/parcels/attest.html", pledge=pledge, visit=visit, form=form), form_status()


@bp.post("/desk/parcels/<ref>/attest")
def attest(ref: str) -> Answer:
    """Attest the hours."""
    form = AttestForm()
    if not was_answered():  # attested, it may be gone from the desk
        get_point_pledge(viewer(), ref)
    if submit(form, lambda: receive.hand_over(viewer(), ref, second_adult=form.second_adult.data or "")) is None:
        return _shown(ref, form)
    flash(_("The hours are attested. Now the family or the school confirms them."), "good")
    return redirect("/desk/parcels")
