"""The access log: who opened which file, saw which address, opened which evidence, exported what."""

from datetime import date
from typing import Any, cast

from flask import Blueprint, request, url_for

from charity.domain.actors import Role
from charity.domain.errors import Refused
from charity.queries.access import AccessFilters, AccessPage, list_access
from charity.web.auditor.forms.pledges import AccessForm
from charity.web.kit.desk_words import desk_word
from charity.web.kit.doors import roles
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, show_refusal
from charity.web.kit.viewer import viewer

bp = Blueprint("auditor_access", __name__, url_prefix="/audit/access")
DOORS = {"show": roles(Role.ADMINISTRATOR, Role.AUDITOR)}


@bp.get("")
def show() -> tuple[str, int]:
    """List who looked at what in my regions."""
    form = AccessForm(request.args)
    found = AccessPage(lines=(), next=None)
    if form.validate():
        try:
            found = list_access(viewer(), _filters(form), request.args.get("cursor"))
        except Refused as refused:
            show_refusal(form, refused)
    name_places(line.region[:9] for line in found.lines)
    next_url = None if found.next is None else url_for(".show", cursor=found.next, **cast(Any, _told(form)))
    shown = page(
        "auditor/access/show.html",
        form=form,
        lines=found.lines,
        say=desk_word,
        next_url=next_url,
        is_first="cursor" not in request.args,
    )
    return shown, 422 if form.errors and form_status() == 200 else form_status()


def _filters(form: AccessForm) -> AccessFilters:
    day = form.day.data
    return AccessFilters(
        person=form.person.data or "",
        nickname=form.nickname.data or "",
        day=day if isinstance(day, date) else None,
        look=form.look.data or "",
    )


def _told(form: AccessForm) -> dict[str, str]:
    asked = _filters(form)
    given = {
        "person": asked.person,
        "nickname": asked.nickname,
        "day": asked.day.isoformat() if asked.day else "",
        "look": asked.look,
    }
    return {name: value for name, value in given.items() if value}
