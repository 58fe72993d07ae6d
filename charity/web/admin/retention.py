"""How long records about people are kept: the periods, their bounds and history, and what was forgotten."""

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.queries.retention import get_period, get_periods
from charity.services.retention import periods
from charity.web.admin.forms.retention import PeriodForm
from charity.web.kit.doors import roles
from charity.web.kit.opinions import waits_for_second
from charity.web.kit.page import page
from charity.web.kit.retention_words import RECORDS
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_retention", __name__, url_prefix="/admin/retention")
READERS = roles(Role.ADMINISTRATOR, Role.AUDITOR)
DOORS = {"show": READERS, "period": READERS, "change": roles(Role.ADMINISTRATOR)}


@bp.get("")
def show() -> str:
    """List the kinds of records with their periods."""
    return page("admin/retention/show.html", found=get_periods(viewer()), records=RECORDS)


@bp.get("/<code>")
def period(code: str) -> ResponseReturnValue:
    """Show one kind of record with the history of its period."""
    form = PeriodForm(formdata=None)
    days = get_period(viewer(), code)[0].days
    asked = request.args.get("days", "")
    form.days.data = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else days
    form.shown.data = str(days)
    return _period(code, form)


def _period(code: str, form: PeriodForm) -> ResponseReturnValue:
    row, changes, may_change = get_period(viewer(), code)
    words = {"row": row, "changes": changes, "may_change": may_change, "record": RECORDS[code]}
    return page("admin/retention/period.html", form=form, **words), form_status()


@bp.post("/<code>")
def change(code: str) -> ResponseReturnValue:
    """Ask for another period; once a second person has agreed, set it."""
    form = PeriodForm()
    get_period(viewer(), code)
    done = submit(
        form,
        lambda: periods.keep_for(
            viewer(), code, days=form.days.data or 0, shown=int(form.shown.data or 0), reason=form.reason.data or ""
        ),
    )
    if done is None:
        return waits_for_second() or _period(code, form)
    flash(_("The period is set. It holds from the next night on."), "good")
    return redirect(f"/admin/retention/{code}", code=303)
