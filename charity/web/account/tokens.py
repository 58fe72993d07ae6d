"""Tokens for programs that act for me."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.queries import accounts as read
from charity.services import accounts
from charity.web.account.forms.profile import TokenForm
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_tokens", __name__, url_prefix="/account/tokens")
DOORS = {"show": SIGNED_IN, "make": SIGNED_IN, "end": SIGNED_IN}


@bp.get("")
def show() -> str:
    """List the running tokens."""
    return _shown(TokenForm())


@bp.post("")
def make() -> tuple[str, int]:
    """Make a token and show it, this once: it is stored nowhere, so the answer is the page itself."""
    form = TokenForm()
    made = submit(form, lambda: accounts.make_token(viewer(), name=form.name.data or ""))
    if made is None:
        return _shown(form), form_status()
    return page("account/tokens/made.html", token=made.result), 201


@bp.post("/<int:token_id>/end")
def end(token_id: int) -> Response | tuple[str, int]:
    """End a token."""
    form = ActForm()
    if submit(form, lambda: accounts.end_token(viewer(), token_id)) is None:
        say_refusal(form)
        return _shown(TokenForm(formdata=None)), form_status()
    flash(_("The token has ended."), "good")
    return redirect(url_for(".show"))


def _shown(form: TokenForm) -> str:
    return page("account/tokens/show.html", rows=read.list_tokens(viewer()), form=form, ender=ActForm(formdata=None))
