"""Reporting a concern: no account needed, always a number in return."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request
from werkzeug import Response

from charity.domain.concerns import about, about_wish, may_tell
from charity.queries.concerns import count_concerns, get_concern
from charity.services.pledges.cases import report
from charity.web.kit.doors import OPEN
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.public.forms.concern import ConcernForm

bp = Blueprint("public_concern", __name__)
DOORS = {"show": OPEN, "send": OPEN, "done": OPEN, "find": OPEN, "status": OPEN}
_NUMBER = re.compile(r"[0-9a-z]{13}", re.ASCII)


@bp.get("/concern")
def show() -> tuple[str, int]:
    """Ask what worries somebody, about the page he comes from."""
    form = ConcernForm()
    form.page.data = request.args.get("page", "")[:200]
    return _show(form)


def _show(form: ConcernForm) -> tuple[str, int]:
    counted = count_concerns(with_demo=not current_app.extensions["settings"].is_production)
    asks_where = about(form.page.data or "") is None
    return page("public/concern/show.html", form=form, counted=counted, asks_where=asks_where), form_status()


@bp.post("/concern")
def send() -> Response | tuple[str, int]:
    """Take a concern in."""
    form = ConcernForm()
    where = _page_of(form)
    done = submit(
        form,
        lambda: report(
            viewer(),
            reason=str(form.reason.data),
            words=form.words.data or "",
            reply=form.reply.data or "",
            page=where,
            wish_ref=about_wish(where),
            address=request.remote_addr or "",
        ),
    )
    return _show(form) if done is None else redirect(f"/concern/done?number={done.result}")


def _page_of(form: ConcernForm) -> str:
    """Give the page a concern is about: the one it was sent from, or the one whose address somebody has copied."""
    known = form.page.data or ""
    told = urlsplit((form.where.data or "").strip())
    copied = told.path + (f"?{told.query}" if told.query else "")
    return copied[:200] if about(known) is None and may_tell(copied) else known


@bp.get("/concern/done")
def done() -> str:
    """Give the number under which the concern is looked into."""
    number = request.args.get("number", "")
    return page("public/concern/done.html", number=number if _NUMBER.fullmatch(number) else "")


@bp.get("/concern/find")
def find() -> Response | tuple[str, int]:
    """Go to the concern of a number that somebody typed; what is no number asks again."""
    number = "".join(request.args.get("number", "").split()).lower()
    return redirect(f"/concern/{number}") if _NUMBER.fullmatch(number) else _show(ConcernForm())


@bp.get("/concern/<number>")
def status(number: str) -> str:
    """Show how far a concern has come; who has its number may know, and nobody is named."""
    return page("public/concern/status.html", concern=get_concern(number))
