"""The catalogue of things that can be asked for: its bands, classes, seasons and sizes, and their history."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.items import item_of
from charity.domain.wishes import BeneficiaryKind
from charity.queries.catalogue import ItemPage, get_catalogue, get_item
from charity.services.catalogue import add_item, change_item, rename_item
from charity.web.admin.forms.catalogue import ItemForm, NamesForm, NewItemForm
from charity.web.kit.doors import roles
from charity.web.kit.item_words import month_word, size_word
from charity.web.kit.labels import label
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_catalogue", __name__, url_prefix="/admin/catalogue")
READERS = roles(Role.ADMINISTRATOR, Role.REVIEWER, Role.AUDITOR)
KEEPERS = roles(Role.ADMINISTRATOR)
DOORS = {
    "show": READERS,
    "item": READERS,
    "change": KEEPERS,
    "new": KEEPERS,
    "add": KEEPERS,
    "rename": KEEPERS,
}


@bp.get("")
def show() -> str:
    """List the goods with their bands, and how needs divide among the classes."""
    return page("admin/catalogue/show.html", found=get_catalogue(viewer()), size=size_word, month=month_word)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Write down a thing that the catalogue lacks."""
    return _new(NewItemForm(is_offered=True))


def _new(form: NewItemForm) -> ResponseReturnValue:
    may_change = get_catalogue(viewer()).may_change
    return page("admin/catalogue/new.html", form=form, may_change=may_change), form_status()


@bp.post("/new")
def add() -> ResponseReturnValue:
    """Add the thing."""
    form = NewItemForm()
    done = submit(form, lambda: add_item(viewer(), new=form.new(), reason=form.reason.data or ""))
    if done is None:
        return _new(form)
    flash(_("The thing is in the catalogue. It can be asked for from now on."), "good")
    return redirect(f"/admin/catalogue/{done.result}", code=303)


@bp.post("/<code>/name")
def rename(code: str) -> ResponseReturnValue:
    """Call a thing by other names."""
    form = NamesForm()
    get_item(viewer(), code)
    if submit(form, lambda: rename_item(viewer(), code, names=form.names(), reason=form.why.data or "")) is None:
        bands = ItemForm(formdata=None)
        bands.show(item_of(get_item(viewer(), code).category))
        return _item(code, bands, form)
    flash(_("The thing has another name from now on. Wishes keep their own words."), "good")
    return redirect(f"/admin/catalogue/{code}", code=303)


@bp.get("/<code>")
def item(code: str) -> ResponseReturnValue:
    """Show one thing with its history."""
    form = ItemForm()
    form.show(item_of(get_item(viewer(), code).category))
    return _item(code, form)


def _item(code: str, form: ItemForm, names: NamesForm | None = None) -> ResponseReturnValue:
    found = get_item(viewer(), code)
    shown = page(
        "admin/catalogue/item.html",
        found=found,
        form=form,
        names=names or _names_of(found),
        size=size_word,
        month=month_word,
        whose=[label("beneficiary", each.value) for each in BeneficiaryKind if each in found.category.beneficiaries],
    )
    return shown, form_status()


def _names_of(found: ItemPage) -> NamesForm:
    form = NamesForm(formdata=None)
    if found.names:
        form.zh.data, form.en.data = found.names[0].names.zh, found.names[0].names.en
    return form


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
