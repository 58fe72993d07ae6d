"""Proving or changing the e-mail address or phone number of a signed-in account."""

from flask import Blueprint, flash, redirect, session, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.queries import accounts as read
from charity.services import accounts
from charity.web.account.forms.profile import AddressForm
from charity.web.account.forms.sign_up import CodeForm
from charity.web.kit import sessions
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_address", __name__, url_prefix="/account/address")
DOORS = {"show": SIGNED_IN, "ask": SIGNED_IN, "ask_code": SIGNED_IN, "verify": SIGNED_IN}
PENDING = "address"


@bp.get("")
def show() -> str:
    """Ask for the address; one that waits to be proved stands there already."""
    own = read.get_own_account(viewer())
    waiting = own.email if own.email and not own.email_verified else own.phone if not own.phone_verified else ""
    return page("account/address/show.html", form=AddressForm(login=waiting))


@bp.post("")
def ask() -> Response | tuple[str, int]:
    """Send a code to the address."""
    form = AddressForm()
    done = submit(
        form,
        lambda: accounts.ask_address(
            viewer(), form.login.data or "", password=form.password.data or "", network=sessions.network()
        ),
    )
    if done is None:
        return page("account/address/show.html", form=form), form_status()
    session[PENDING] = done.result
    return redirect(url_for(".ask_code"))


@bp.get("/code")
def ask_code() -> Response | str:
    """Ask for the code."""
    if PENDING not in session:
        return redirect(url_for(".show"))
    return page("account/address/code.html", form=CodeForm())


@bp.post("/code")
def verify() -> Response | tuple[str, int]:
    """Prove the address."""
    form = CodeForm()
    done = submit(form, lambda: accounts.verify_address(viewer(), str(session.get(PENDING, "")), form.code.data or ""))
    if done is None:
        return page("account/address/code.html", form=form), form_status()
    session.pop(PENDING, None)
    flash(_("The address is proved."), "good")
    return redirect("/account")
