"""A giver of hours: the day agreed, and the hours logged."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.actors import AccountKind
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.queries.pledges.own import OwnPledge, get_own
from charity.queries.services import find_own_day, find_service, list_meetings
from charity.services.pledges import plan, send
from charity.web.donor.forms.service import DayForm, HoursForm
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import BaseForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit, was_answered
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_service", __name__)
DOORS = {"day_form": SIGNED_IN, "make_day": SIGNED_IN, "hours_form": SIGNED_IN, "make_hours": SIGNED_IN}
Answer = Response | tuple[str, int]


@bp.get("/pledges/<ref>/day")
def day_form(ref: str) -> Answer:
    """Ask for the day."""
    return _form("day", ref, DayForm())


@bp.post("/pledges/<ref>/day")
def make_day(ref: str) -> Answer:
    """Agree the day."""
    if was_answered():
        return redirect(f"/pledges/{ref}")
    _of_service(ref)
    form = DayForm()
    if submit(form, lambda: plan.plan(viewer(), ref, day=form.day.data, more_days=form.more_days)) is None:
        return _form("day", ref, form)
    flash(_("The day is agreed. Open the page of the meeting place to see where."), "good")
    return redirect(f"/pledges/{ref}")


@bp.get("/pledges/<ref>/hours")
def hours_form(ref: str) -> Answer:
    """Ask how many hours were given."""
    form = HoursForm()
    form.hours.data = _of_service(ref).card.units
    return _form("hours", ref, form)


@bp.post("/pledges/<ref>/hours")
def make_hours(ref: str) -> Answer:
    """Log the hours."""
    if was_answered():
        return redirect(f"/pledges/{ref}")
    _of_service(ref)
    form = HoursForm()
    done = submit(
        form,
        lambda: send.send(
            viewer(),
            ref,
            hours=form.hours.data,
            people=form.people.data or 1,
            next_on=form.next_on.data,
            is_last=bool(form.is_last.data),
        ),
    )
    if done is None:
        return _form("hours", ref, form)
    if form.hours.data == 0:
        flash(_("The meeting is put off to the next one. The service point was told."))
    else:
        flash(_("Thank you. The service point attests the hours within 7 days."), "good")
    return redirect(f"/pledges/{ref}")


def _of_service(ref: str) -> OwnPledge:
    pledge = get_own(viewer(), ref)
    if pledge.card.kind != Kind.SERVICE.value:
        raise Missing
    return pledge


def _form(name: str, ref: str, form: BaseForm) -> Answer:
    pledge = _of_service(ref)
    day, _hours = find_own_day(viewer(), ref)
    shown = page(
        f"donor/pledges/{name}.html",
        pledge=pledge,
        form=form,
        service=find_service(pledge.card.wish),
        day=day,
        meetings=list_meetings(viewer(), ref),
        is_team=viewer().kind == AccountKind.ORGANISATION,
    )
    return shown, form_status()
