"""The inbox: what I was told, newest first."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from charity.queries.inbox import count_unread, list_notices, mark_of, read_mark
from charity.services import inbox
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import BaseForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_inbox", __name__)
DOORS = dict.fromkeys(("show", "mark_read"), SIGNED_IN)


class ReadForm(BaseForm):
    """Up to which notice the inbox was read."""

    until = HiddenField()


@bp.get("/inbox")
def show() -> ResponseReturnValue:
    """Show a page of the inbox."""
    return _show(ReadForm())


def _show(form: ReadForm) -> ResponseReturnValue:
    found = list_notices(viewer(), cursor=request.args.get("cursor", ""))
    form.until.data = mark_of(viewer(), found.notices[0] if found.notices else None)
    unread = count_unread(viewer())
    return page("account/inbox/show.html", found=found, unread=unread, form=form), form_status()


@bp.post("/inbox/read")
def mark_read() -> ResponseReturnValue:
    """Mark everything that was shown as read."""
    form = ReadForm()
    done = submit(form, lambda: inbox.mark_read(viewer(), until=read_mark(viewer(), form.until.data or "")))
    return _show(form) if done is None else redirect(url_for(".show"), code=303)
