"""A lost password: tell the address, type the code and a new password."""

from flask import Blueprint, flash, redirect, session, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.services import accounts
from charity.web.account.forms.reset import ForgotForm, ResetForm
from charity.web.kit import sessions
from charity.web.kit.doors import OPEN
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_reset", __name__, url_prefix="/password")
DOORS = {"show": OPEN, "ask": OPEN, "ask_code": OPEN, "reset": OPEN, "resend": OPEN}
PENDING = "reset"


@bp.get("/forgot")
def show() -> str:
    """Ask for the address."""
    return page("account/reset/show.html", form=ForgotForm())


@bp.post("/forgot")
def ask() -> Response | tuple[str, int]:
    """Send a code; the answer is the same whether the address has an account."""
    form = ForgotForm()
    done = submit(
        form,
        lambda: accounts.ask_reset(
            viewer(), form.login.data or "", language=sessions.language(), network=sessions.network()
        ),
    )
    if done is None:
        return page("account/reset/show.html", form=form), form_status()
    session[PENDING] = done.result
    return redirect(url_for(".ask_code"))


@bp.get("/reset")
def ask_code() -> Response | str:
    """Ask for the code and a new password."""
    if PENDING not in session:
        return redirect(url_for(".show"))
    return page("account/reset/code.html", form=ResetForm(), again=ActForm())


@bp.post("/reset")
def reset() -> Response | tuple[str, int]:
    """Set the new password."""
    form = ResetForm()
    done = submit(
        form,
        lambda: accounts.reset_password(
            viewer(), str(session.get(PENDING, "")), form.code.data or "", form.password.data or ""
        ),
    )
    if done is None:
        return page("account/reset/code.html", form=form, again=ActForm()), form_status()
    sessions.forget()
    flash(_("Your password is changed. Every session has ended: please sign in."), "good")
    return redirect("/sign-in")


@bp.post("/resend")
def resend() -> Response | tuple[str, int]:
    """Send another code."""
    again = ActForm()
    sent = submit(
        again, lambda: accounts.resend_reset(viewer(), str(session.get(PENDING, "")), network=sessions.network())
    )
    if sent is None:
        return page("account/reset/code.html", form=ResetForm(formdata=None), again=again), form_status()
    flash(_("If the address can take one, a new code is on its way."))
    return redirect(url_for(".ask_code"))
