"""The inbox: what I was told, newest first."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from charity.queries.inbox import count_unread, list_notices
from charity.services import inbox
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import BaseForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_inbox", __name__)
DOORS = dict.fromkeys(("show", "mark_read"), SIGNED_IN)
LARGEST = 10**18


class ReadForm(BaseForm):
    """Up to which notice the inbox was read."""

    until = HiddenField()


@bp.get("/inbox")
def show() -> ResponseReturnValue:
    """Show a page of the inbox."""
    return _show(ReadForm())


def _show(form: ReadForm) -> ResponseReturnValue:
    found = list_notices(viewer(), cursor=request.args.get("cursor", ""))
    form.until.data = str(found.notices[0].id) if found.notices else "0"
    unread = count_unread(viewer())
    return page("account/inbox/show.html", found=found, unread=unread, form=form), form_status()


@bp.post("/inbox/read")
def mark_read() -> ResponseReturnValue:
    """Mark everything that was shown as read."""
    form = ReadForm()
    done = submit(form, lambda: inbox.mark_read(viewer(), until=_until(form.until.data or "")))
    return _show(form) if done is None else redirect(url_for(".show"), code=303)


def _until(text: str) -> int:
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() and len(text) < 20 else 0
