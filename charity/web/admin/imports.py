"""Counties' lists: bringing one, saying what its columns are, the dry run, registering, and undoing it as one act."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.regions import Level, is_code, level_of
from charity.queries import county_lists as listed
from charity.queries.cursors import read_number
from charity.queries.regions import place_path
from charity.services.register.lists import applying, leaving, staging, stopping, undoing
from charity.web.admin.forms.imports import ColumnsForm, ImportForm, columns_form
from charity.web.kit.chooser import choose
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm
from charity.web.kit.import_words import import_word, why
from charity.web.kit.left_out import send_left_out
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, press, say_refusal, submit, was_answered
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_imports", __name__, url_prefix="/admin/imports")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = dict.fromkeys(
    ("show", "new", "bring", "columns", "check", "one", "left_out", "apply", "stop", "drop", "undo"), OFFICE
)


@bp.get("")
def show() -> str:
    """List the lists of the viewer's regions, the newest first."""
    found = listed.list_lists(viewer())
    name_places(one.region for one in found)
    return page("admin/imports/show.html", lists=found, say=import_word)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Choose the county, or a place in it, then the file."""
    choice = choose(viewer(), listed.IMPORT, down_to=Level.VILLAGE)
    is_chosen = request.args.get("here") == "1" and bool(choice.chosen) and level_of(choice.chosen) >= Level.COUNTY
    if not (choice.is_done or is_chosen):
        may_stop = bool(choice.chosen) and level_of(choice.chosen) >= Level.COUNTY
        return page("admin/imports/choose.html", choice=choice, may_stop=may_stop)
    return _new(ImportForm(), choice.chosen)


def _new(form: ImportForm, region: str) -> ResponseReturnValue:
    return page("admin/imports/new.html", form=form, region=region, place=place_path(region)), form_status()


@bp.post("/new")
def bring() -> ResponseReturnValue:
    """Take the file in and recognise its columns."""
    region = request.args.get("region", "")
    if not is_code(region):
        raise Missing
    form = ImportForm()
    done = submit(form, lambda: staging.stage(viewer(), region, sheet=form.sheet()))
    if done is None:
        return _new(form, region)
    return redirect(url_for(".columns", ref=done.result), code=303)


@bp.get("/<ref>/columns")
def columns(ref: str) -> ResponseReturnValue:
    """Show what the columns seem to be."""
    card = listed.get_list(viewer(), ref)
    return _columns(card, columns_form(card.headings, card.category))


def _columns(card: listed.ListCard, form: ColumnsForm) -> ResponseReturnValue:
    name_places([card.region])
    fields = [field for field in form if field.name.startswith("column_")]
    return page("admin/imports/columns.html", card=card, form=form, fields=fields), form_status()


@bp.post("/<ref>/columns")
def check(ref: str) -> ResponseReturnValue:
    """Take the columns as they were chosen, and let the dry run begin."""
    card = listed.get_list(viewer(), ref)
    form = columns_form(card.headings, card.category)
    done = submit(form, lambda: staging.check(viewer(), ref, columns=form.columns(), category=form.meant()))
    if done is None:
        return _columns(card, form)
    flash(_("The list is being checked. Nothing is registered yet."), "good")
    return redirect(url_for(".one", ref=ref), code=303)


@bp.get("/<ref>")
def one(ref: str) -> ResponseReturnValue:
    """Show where a list stands, and which rows cannot come in."""
    return _one(ref)


def _one(ref: str) -> ResponseReturnValue:
    card = listed.get_list(viewer(), ref)
    rows = listed.list_left_out(viewer(), ref, after=read_number(request.args.get("after", "0")))
    name_places([card.region])
    shown = page(
        "admin/imports/list.html",
        card=card,
        rows=rows,
        next_url=None if rows.next is None else url_for(".one", ref=ref, after=rows.next),
        act=ActForm(formdata=None),
        say=import_word,
        why=why,
    )
    return shown, form_status()


@bp.post("/<ref>/left-out")
def left_out(ref: str) -> ResponseReturnValue:
    """Write down who takes them along, then give the rows that did not come in as a sheet with cells and reasons."""
    # Without a once-key: every download leaves its own line, also the second one of the same form.
    form = ActForm()
    if submit(form, lambda: leaving.take_left_out(replace(viewer(), once=None), ref)) is None:
        say_refusal(form)
        return _one(ref)
    card = listed.get_list(viewer(), ref)
    rows = listed.stream_left_out(viewer(), ref)
    return send_left_out(ref, card.headings, rows)


@bp.post("/<ref>/apply")
def apply(ref: str) -> ResponseReturnValue:
    """Let the worker register what the dry run found good."""
    return _act(ref, lambda: applying.apply(viewer(), ref), _("The households are being registered."))


@bp.post("/<ref>/stop")
def stop(ref: str) -> ResponseReturnValue:
    """Let nothing more of a list come in."""
    return _act(ref, lambda: stopping.stop(viewer(), ref), _("Nothing more of the list comes in."))


@bp.post("/<ref>/drop")
def drop(ref: str) -> ResponseReturnValue:
    """Give up a list of which nothing was registered."""
    return _act(ref, lambda: staging.drop(viewer(), ref), _("The list is given up, and what stood in it is wiped."))


@bp.post("/<ref>/undo")
def undo(ref: str) -> ResponseReturnValue:
    """Take the households of a list out of the register again."""
    return _act(
        ref, lambda: undoing.undo(viewer(), ref), _("The list is being undone: its households leave the register.")
    )


def _act(ref: str, call: Callable[[], None], said: str) -> ResponseReturnValue:
    if not was_answered():
        listed.get_list(viewer(), ref)  # what is not there is not there, whatever the button says
    return press(call, said=said, to=url_for(".one", ref=ref), again=lambda: _one(ref))
