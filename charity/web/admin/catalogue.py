"""The catalogue of things that can be asked for: its bands, classes, seasons and sizes, and their history."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.items import item_of
from charity.queries.catalogue import get_catalogue, get_item
from charity.services.catalogue import change_item
from charity.web.admin.forms.catalogue import ItemForm
from charity.web.kit.doors import roles
from charity.web.kit.item_words import month_word, size_word
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_catalogue", __name__, url_prefix="/admin/catalogue")
READERS = roles(Role.ADMINISTRATOR, Role.REVIEWER, Role.AUDITOR)
DOORS = {"show": READERS, "item": READERS, "change": roles(Role.ADMINISTRATOR)}


@bp.get("")
def show() -> str:
    """List the goods with their bands, and how needs divide among the classes."""
    return page("admin/catalogue/show.html", found=get_catalogue(viewer()), size=size_word, month=month_word)


@bp.get("/<code>")
def item(code: str) -> ResponseReturnValue:
    """Show one thing with its history."""
    form = ItemForm()
    form.show(item_of(get_item(viewer(), code).category))
    return _item(code, form)


def _item(code: str, form: ItemForm) -> ResponseReturnValue:
    found = get_item(viewer(), code)
    shown = page("admin/catalogue/item.html", found=found, form=form, size=size_word, month=month_word)
    return shown, form_status()


@bp.post("/<code>")
def change(code: str) -> ResponseReturnValue:
    """Change one thing from now on, with a reason."""
    form = ItemForm()
    get_item(viewer(), code)
    done = submit(
        form,
        lambda: change_item(viewer(), code, was=form.shown(), change=form.change(), reason=form.reason.data or ""),
    )
    if done is None:
        return _item(code, form)
    flash(_("The catalogue is changed. It holds for what is handed in from now on."), "good")
    return redirect(f"/admin/catalogue/{code}", code=303)
