"""Where I am signed in, and ending it."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.queries import accounts as read
from charity.services import sessions as service
from charity.web.kit import sessions
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_sessions", __name__, url_prefix="/account/sessions")
DOORS = {"show": SIGNED_IN, "end": SIGNED_IN, "end_others": SIGNED_IN}


@bp.get("")
def show() -> str:
    """List the running sessions."""
    return _shown(ActForm())


@bp.post("/<int:session_id>/end")
def end(session_id: int) -> Response | tuple[str, int]:
    """End one session; ending this one signs out."""
    is_this = session_id == viewer().session_id
    form = ActForm()
    if submit(form, lambda: service.end(viewer(), session_id)) is None:
        return _shown(form), form_status()
    if is_this:
        sessions.forget()
    flash(_("The session has ended."), "good")
    return redirect("/sign-in" if is_this else url_for(".show"))


@bp.post("/end-others")
def end_others() -> Response | tuple[str, int]:
    """End all sessions but this one."""
    form = ActForm()
    if submit(form, lambda: service.end_others(viewer())) is None:
        return _shown(form), form_status()
    flash(_("All other sessions have ended."), "good")
    return redirect(url_for(".show"))


def _shown(form: ActForm) -> str:
    return page("account/sessions/show.html", rows=read.list_sessions(viewer()), form=form)
