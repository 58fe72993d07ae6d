"""Writing down who is responsible in reality: for a village or a township in its book, for a family beside its file."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.adapters.clock import now
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.errors import Invalid, Missing
from charity.domain.regions import is_code
from charity.domain.responsible import OF_FAMILY, Duty
from charity.queries import households as register
from charity.queries.responsible import may_record, recording_in_place
from charity.services.register.responsible import Named, name_for_family, name_for_place
from charity.web.kit.formats import alias
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.responsible import ResponsibleForm

bp = Blueprint("volunteer_responsible", __name__)
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR})
DOORS = dict.fromkeys(("of_place", "name_in_place", "of_family", "name_in_family"), STAFF)
NO_COPIES = {"Cache-Control": "no-store"}


@bp.get("/registers/<code>/people")
def of_place(code: str) -> ResponseReturnValue:
    """Show who is and was responsible in a village or township, and ask who is now."""
    form = _place_form(code)
    form.since.data = day_of(now())
    return _of_place(code, form)


def _of_place(code: str, form: ResponsibleForm) -> ResponseReturnValue:
    found = recording_in_place(viewer(), code)
    name_places([code])
    return page("volunteer/responsible/place.html", code=code, people=found, form=form), form_status(), NO_COPIES


def _place_form(code: str) -> ResponsibleForm:
    form = ResponsibleForm()
    form.offer(recording_in_place(viewer(), _known(code)).duties)
    return form


def _known(code: str) -> str:
    if not is_code(code) or not code:
        raise Missing
    return code


@bp.post("/registers/<code>/people")
def name_in_place(code: str) -> ResponseReturnValue:
    """Write down who is responsible in a village or township."""
    form = _place_form(code)
    if submit(form, lambda: name_for_place(viewer(), code, named=_named(form))) is None:
        return _of_place(code, form)
    flash(_("Who is responsible is written down."), "good")
    return redirect(url_for("volunteer_registers.show", code=code), code=303)


def _named(form: ResponsibleForm) -> Named:
    since = form.since.data
    if since is None:
        raise Invalid("fact-day-needed", field="since")
    return Named(duty=Duty(form.duty.data), name=form.name.data or "", phone=form.phone.data or "", since=since)


@bp.get("/households/<ref>/people")
def of_family(ref: str) -> ResponseReturnValue:
    """Ask who is responsible for a family, or teaches the class of one of its children."""
    form = _family_form(ref)
    form.since.data = day_of(now())
    return _of_family(ref, form)


def _family_form(ref: str) -> ResponsibleForm:
    form = ResponsibleForm()
    children = [(row.ref, alias(row.alias)) for row in register.list_members(viewer(), ref) if row.school_stage]
    form.offer((duty.value for duty in OF_FAMILY if children or duty is not Duty.CLASS_TEACHER), children)
    return form


def _of_family(ref: str, form: ResponsibleForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    if card.closed_at is not None or not may_record(viewer(), card.region):
        raise Missing
    return page("volunteer/responsible/family.html", card=card, form=form), form_status(), NO_COPIES


@bp.post("/households/<ref>/people")
def name_in_family(ref: str) -> ResponseReturnValue:
    """Write down who is responsible for a family, or teaches the class of one of its children."""
    form = _family_form(ref)
    child = str(form.member.data or "") if form.member else ""
    done = submit(form, lambda: name_for_family(viewer(), ref, named=_named(form), member_ref=child))
    if done is None:
        return _of_family(ref, form)
    flash(_("Who is responsible is written down."), "good")
    return redirect(url_for("volunteer_households.show", ref=ref), code=303)
