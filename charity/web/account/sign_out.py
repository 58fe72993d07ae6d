"""Signing out."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.errors import Invalid
from charity.services import sessions as service
from charity.web.account import profile
from charity.web.kit import sessions
from charity.web.kit.doors import OPEN
from charity.web.kit.forgery import TOO_OLD
from charity.web.kit.forms import ActForm
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_sign_out", __name__)
DOORS = {"sign_out": OPEN}


@bp.post("/sign-out")
def sign_out() -> Response | tuple[str, int]:
    """End the session in use; nobody is led to believe he is signed out while he is not."""
    form = ActForm()
    if submit(form, lambda: service.sign_out(viewer())) is not None:
        sessions.forget()
        flash(_("You are signed out."))
        return redirect("/")
    if not viewer().is_signed_in:
        raise Invalid(TOO_OLD)
    say_refusal(form)
    return profile.show(), form_status()
