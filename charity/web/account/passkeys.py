"""Passkeys: taking the second step by one, adding them, taking them away."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.passkeys import Party, party_of
from charity.queries.second_factors import get_own_passkey
from charity.services import second_factors as service
from charity.web.account.forms.second_factor import ChangeForm, PasskeyForm, PasskeyStepForm
from charity.web.account.second_factor import ask_again, let_in
from charity.web.kit.doors import OPEN, SIGNED_IN
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit, was_answered
from charity.web.kit.viewer import session_token, viewer

bp = Blueprint("account_passkeys", __name__)
DOORS = {
    "ask_step": OPEN,
    "take": OPEN,
    **dict.fromkeys(("new", "ask_new", "add", "show_remove", "remove"), SIGNED_IN),
}
LIST = "account_second_factor.show"
Answer = Response | tuple[str, int]


def _party() -> Party:
    return party_of(current_app.extensions["settings"].public_url)


def _asked(ask: Callable[[], str]) -> Answer:
    """Give a browser what its passkey is to sign; a refusal has its status, and the page's script says so."""
    done = submit(ActForm(), ask)
    asked = "{}" if done is None else done.result
    answer = current_app.response_class(asked, form_status(), content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/sign-in/second/passkey/challenge")
def ask_step() -> Answer:
    """Ask a passkey of whoever has typed the password."""
    return _asked(lambda: service.ask_passkey(viewer(), session_token(), party=_party()))


@bp.post("/sign-in/second/passkey")
def take() -> Answer:
    """Take the second step by a passkey."""
    form = PasskeyStepForm()
    done = submit(
        form,
        lambda: service.take_step_with_passkey(viewer(), session_token(), form.answer.data or "", party=_party()),
    )
    if done is None:
        return ask_again(form, form.next.data or "")
    return let_in(form.next.data)


@bp.get("/account/second-factor/passkeys/new")
def new() -> Answer:
    """Ask for a name and a code before a passkey is added."""
    return _new(PasskeyForm())


def _new(form: PasskeyForm) -> Answer:
    form.answer.data = ""
    return page("account/second_factor/passkey.html", form=form), form_status()


@bp.post("/account/second-factor/passkeys/challenge")
def ask_new() -> Answer:
    """Ask the browser for a new passkey."""
    return _asked(lambda: service.ask_new_passkey(viewer(), site=_("N+1 Circle"), party=_party()))


@bp.post("/account/second-factor/passkeys/new")
def add() -> Answer:
    """Keep a new passkey."""
    form = PasskeyForm()
    done = submit(
        form,
        lambda: service.add_passkey(
            viewer(),
            name=form.name.data or "",
            code=form.code.data or "",
            answer=form.answer.data or "",
            party=_party(),
        ),
    )
    if done is None:
        return _new(form)
    flash(_("The passkey is added. From now on it can take the second step."), "good")
    return redirect(url_for(LIST))


@bp.get("/account/second-factor/passkeys/<ref>/remove")
def show_remove(ref: str) -> Answer:
    """Ask for a code before a passkey goes."""
    return _remove(ref, ChangeForm())


def _remove(ref: str, form: ChangeForm) -> Answer:
    own = get_own_passkey(viewer(), ref)
    return page("account/second_factor/passkey_remove.html", own=own, form=form), form_status()


@bp.post("/account/second-factor/passkeys/<ref>/remove")
def remove(ref: str) -> Answer:
    """Take a passkey away."""
    if was_answered():
        return redirect(url_for(LIST))
    form = ChangeForm()
    if submit(form, lambda: service.remove_passkey(viewer(), ref, code=form.code.data or "")) is None:
        return _remove(ref, form)
    flash(
        _("The passkey is taken away. It opens nothing any more, and your other sessions and tokens have ended."),
        "good",
    )
    return redirect(url_for(LIST))
