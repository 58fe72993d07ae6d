"""Signing in."""

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from charity.domain.actors import Actor
from charity.queries.accounts import has_terms_to_accept
from charity.services import sessions as service
from charity.web.account.forms.sign_in import SignInForm
from charity.web.kit import sessions
from charity.web.kit.doors import OPEN
from charity.web.kit.menu import EVERYBODYS, desk_of
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_sign_in", __name__)
DOORS = {"show": OPEN, "sign_in": OPEN}
GIVERS_HOME = "/wishes"


@bp.get("/sign-in")
def show() -> Response | str:
    """Show the empty form; who is signed in already goes to his place."""
    if viewer().is_signed_in:
        return redirect(target(request.args.get("next"), viewer()))
    form = SignInForm()
    form.next.data = request.args.get("next", "")
    return page("account/sign_in/show.html", form=form)


@bp.post("/sign-in")
def sign_in() -> Response | tuple[str, int]:
    """Open a session."""
    form = SignInForm()
    done = submit(
        form,
        lambda: service.sign_in(
            viewer(),
            form.login.data or "",
            form.password.data or "",
            address=request.remote_addr or "",
            device=sessions.device(),
        ),
    )
    if done is None:
        return page("account/sign_in/show.html", form=form), form_status()
    sessions.begin(done.result)
    if not viewer().is_signed_in:  # only the password has been passed
        return redirect(url_for("account_second_factor.ask", next=form.next.data or None))
    if viewer().withheld:
        return redirect(url_for("account_second_factor.show"))
    if has_terms_to_accept(viewer()):
        return redirect(url_for("account_profile.show", next=target(form.next.data, viewer())))
    return redirect(target(form.next.data, viewer()))


def target(wanted: str | None, actor: Actor) -> str:
    """Go where the reader wanted to go, inside this site only; else to his work."""
    path = (wanted or "").strip()
    if path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable():
        return path
    work = [item.url for item in desk_of(actor, "") if item.url not in EVERYBODYS]
    return work[0] if work else GIVERS_HOME
