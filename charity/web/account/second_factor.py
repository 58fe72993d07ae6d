"""Signing in in two steps: the second step itself, and setting it up with an app."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug import Response

from charity.adapters.qr import svg
from charity.domain.passkeys import MOST_PASSKEYS
from charity.queries import second_factors as read
from charity.queries.accounts import has_terms_to_accept, is_waiting
from charity.services import second_factors as service
from charity.web.account.forms.second_factor import ChangeForm, CodeForm, PasskeyStepForm, StepForm
from charity.web.account.sign_in import target
from charity.web.kit.doors import OPEN, SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import forget_viewer, session_token, viewer

bp = Blueprint("account_second_factor", __name__)
DOORS = {
    "ask": OPEN,
    "take": OPEN,
    **dict.fromkeys(
        ("show", "begin", "show_secret", "confirm", "show_renew", "renew", "show_remove", "remove"), SIGNED_IN
    ),
}
NO_COPIES = {"Cache-Control": "no-store"}
Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/sign-in/second")
def ask() -> Answer:
    """Ask for the code; only a browser that has just typed the password comes here."""
    if not is_waiting(session_token()):
        return redirect(url_for("account_sign_in.show", next=request.args.get("next")))
    form = StepForm()
    form.next.data = request.args.get("next", "")
    return ask_again(form, form.next.data)


def ask_again(form: BaseForm, wanted: str) -> tuple[str, int]:
    """Show the question for the second step with a form in it: the code's own, or one that a passkey came back with."""
    code = form if isinstance(form, StepForm) else StepForm(formdata=None)
    key = PasskeyStepForm(formdata=None)
    code.next.data = key.next.data = wanted
    shown = page(
        "account/second_factor/ask.html",
        form=code,
        said=form,
        key=key if read.may_take_passkey(session_token()) else None,
    )
    return shown, form_status()


@bp.post("/sign-in/second")
def take() -> Answer:
    """Take the second step."""
    form = StepForm()
    if submit(form, lambda: service.take_step(viewer(), session_token(), form.code.data or "")) is None:
        return ask_again(form, form.next.data or "")
    return let_in(form.next.data)


def let_in(wanted: str | None) -> Response:
    """Go on where the reader wanted to go, now that the second step is taken."""
    forget_viewer()
    if has_terms_to_accept(viewer()):
        return redirect(url_for("account_profile.show", next=target(wanted, viewer())))
    return redirect(target(wanted, viewer()))


@bp.get("/account/second-factor")
def show() -> Answer:
    """Show how things stand, and what can be done."""
    own = read.get_own_factor(viewer())
    keys = read.list_own_passkeys(viewer())
    shown = page("account/second_factor/show.html", own=own, keys=keys, most=MOST_PASSKEYS, form=ActForm(formdata=None))
    return shown, form_status()


@bp.post("/account/second-factor")
def begin() -> Answer:
    """Draw a secret."""
    form = ActForm()
    if submit(form, lambda: service.begin(viewer())) is None:
        say_refusal(form)
        return show()
    return redirect(url_for(".show_secret"))


@bp.get("/account/second-factor/app")
def show_secret() -> Answer:
    """Show the secret as a QR code and as text, and ask for the first code."""
    return _secret(CodeForm())


def _secret(form: CodeForm) -> Answer:
    secret = read.get_new_secret(viewer(), issuer=_("N+1 Circle"))
    drawn = Markup(svg(secret.address, label=_("QR code for your authenticator app")))
    return page("account/second_factor/app.html", form=form, secret=secret, drawn=drawn), form_status(), NO_COPIES


@bp.post("/account/second-factor/app")
def confirm() -> Answer:
    """Prove the app by its first code, and show the recovery codes, this once."""
    form = CodeForm()
    done = submit(form, lambda: service.confirm(viewer(), form.code.data or ""))
    if done is None:
        return _secret(form)
    return _codes(done.result)


def _codes(codes: tuple[str, ...]) -> Answer:
    return page("account/second_factor/codes.html", codes=codes), 201, NO_COPIES


@bp.get("/account/second-factor/codes")
def show_renew() -> Answer:
    """Ask for a code before new recovery codes are made."""
    return page("account/second_factor/renew.html", form=ChangeForm())


@bp.post("/account/second-factor/codes")
def renew() -> Answer:
    """Make new recovery codes and show them, this once."""
    form = ChangeForm()
    done = submit(form, lambda: service.renew_codes(viewer(), form.code.data or ""))
    if done is None:
        return page("account/second_factor/renew.html", form=form), form_status()
    return _codes(done.result)


@bp.get("/account/second-factor/remove")
def show_remove() -> Answer:
    """Ask for a code before the second step goes."""
    return page("account/second_factor/remove.html", form=ChangeForm())


@bp.post("/account/second-factor/remove")
def remove() -> Answer:
    """Take the second step away, so that another app can be set up."""
    form = ChangeForm()
    if submit(form, lambda: service.remove(viewer(), form.code.data or "")) is None:
        return page("account/second_factor/remove.html", form=form), form_status()
    forget_viewer()
    flash(_("Your account signs in in one step now. You can set up another app."), "good")
    return redirect(url_for(".show"))
