"""Signing up: tell an address, type the code that was sent there, be signed in."""

from flask import Blueprint, flash, redirect, session, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.services import accounts
from charity.web.account.forms.sign_up import CodeForm, SignUpForm
from charity.web.kit import sessions
from charity.web.kit.doors import OPEN
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_sign_up", __name__)
DOORS = {"show": OPEN, "begin": OPEN, "ask_code": OPEN, "verify": OPEN, "resend": OPEN}
PENDING = "sign-up"


@bp.get("/sign-up")
def show() -> str:
    """Show the empty form."""
    return page("account/sign_up/show.html", form=SignUpForm())


@bp.post("/sign-up")
def begin() -> Response | tuple[str, int]:
    """Begin an account; the answer is the same whether the address has one."""
    form = SignUpForm()
    done = submit(form, lambda: "" if form.website.data else _begin(form))
    if done is None:
        return page("account/sign_up/show.html", form=form), form_status()
    session[PENDING] = done.result
    return redirect(url_for(".ask_code"))


def _begin(form: SignUpForm) -> str:
    return accounts.sign_up(
        viewer(),
        login=form.login.data or "",
        password=form.password.data or "",
        nickname=form.nickname.data or "",
        language=sessions.language(),
        accepted=form.accepted.data,
        is_adult=form.is_adult.data,
        network=sessions.network(),
    )


@bp.get("/sign-up/code")
def ask_code() -> Response | str:
    """Ask for the code of the sign-up this browser began."""
    if PENDING not in session:
        return redirect(url_for(".show"))
    return page("account/sign_up/code.html", form=CodeForm(), again=ActForm())


@bp.post("/sign-up/code")
def verify() -> Response | tuple[str, int]:
    """Prove the address, and sign in."""
    form = CodeForm()
    done = submit(
        form,
        lambda: accounts.verify_sign_up(
            viewer(), str(session.get(PENDING, "")), form.code.data or "", device=sessions.device()
        ),
    )
    if done is None:
        return page("account/sign_up/code.html", form=form, again=ActForm()), form_status()
    sessions.begin(done.result)
    flash(_("Welcome. Your address is proved, and you can claim a wish."), "good")
    return redirect("/account/interests?first=1")


@bp.post("/sign-up/resend")
def resend() -> Response | tuple[str, int]:
    """Send another code."""
    again = ActForm()
    sent = submit(
        again, lambda: accounts.resend_sign_up(viewer(), str(session.get(PENDING, "")), network=sessions.network())
    )
    if sent is None:
        return page("account/sign_up/code.html", form=CodeForm(formdata=None), again=again), form_status()
    flash(_("If the address can take one, a new code is on its way."))
    return redirect(url_for(".ask_code"))
