"""Lists of families under a programme: the dry run, handing in, and watching the seats fill."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.kinds import Kind
from charity.domain.openings import RowState
from charity.domain.wishes import BeneficiaryKind
from charity.queries.catalogue import list_offered
from charity.queries.circles import lists as listed
from charity.queries.circles.list_cards import list_runs
from charity.queries.cursors import read_number
from charity.services.circles import lists
from charity.web.admin.forms.lists import ListForm
from charity.web.kit.circle_words import circle_word
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm
from charity.web.kit.list_words import list_word
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.printing import join_url
from charity.web.kit.submit import form_status, press, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_lists", __name__, url_prefix="/admin")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = dict.fromkeys(("of_programme", "new", "stage", "show", "rows", "hand_in", "drop"), OFFICE)


@bp.get("/programmes/<ref>/lists")
def of_programme(ref: str) -> str:
    """List a programme's lists, the newest first."""
    found = listed.get_programme_lists(viewer(), ref)
    name_places(one.region for one in found.lists)
    return page("admin/lists/programme.html", found=found, say=list_word)


@bp.get("/programmes/<ref>/lists/new")
def new(ref: str) -> ResponseReturnValue:
    """Ask for a list, its terms and its promise."""
    return _new(ref, ListForm())


def _new(ref: str, form: ListForm) -> ResponseReturnValue:
    form.offer_gifts(list_offered(Kind.GOODS, BeneficiaryKind.HOUSEHOLD), with_children=False)
    return page("admin/lists/new.html", found=listed.get_programme_lists(viewer(), ref), form=form), form_status()


@bp.post("/programmes/<ref>/lists/new")
def stage(ref: str) -> ResponseReturnValue:
    """Read the list as a dry run."""
    form = ListForm()
    form.offer_gifts(list_offered(Kind.GOODS, BeneficiaryKind.HOUSEHOLD), with_children=False)
    listed.get_programme_lists(viewer(), ref)  # what is not there is not there, whatever the file says
    done = submit(
        form, lambda: lists.stage(viewer(), ref, terms=form.terms(), promise=form.promised(), rows=form.rows())
    )
    if done is None:
        return _new(ref, form)
    return redirect(url_for(".show", ref=done.result), code=303)


@bp.get("/lists/<ref>")
def show(ref: str) -> ResponseReturnValue:
    """Show a list: the dry run while it is staged, and how its seats fill once it is open."""
    return _show(ref)


def _show(ref: str) -> ResponseReturnValue:
    card = listed.get_list(viewer(), ref)
    wrong = listed.list_rows(viewer(), ref, states=(RowState.WRONG, RowState.REFUSED))
    townships = listed.list_townships(ref)
    name_places([card.region, *(one.region for one in townships)])
    shown = page(
        "admin/lists/show.html",
        card=card,
        wrong=wrong,
        townships=townships,
        days=listed.list_days(ref),
        runs=list_runs(viewer(), ref),
        join_url=join_url(card),
        fewest=listed.list_fewest(viewer(), ref),
        act=ActForm(formdata=None),
        say=list_word,
        circle_say=circle_word,
    )
    return shown, form_status()


@bp.get("/lists/<ref>/rows")
def rows(ref: str) -> str:
    """Show the rows of a list, 300 at a time."""
    only = request.args.get("only", "")
    states = (only,) if only in set(RowState) else ()
    card = listed.get_list(viewer(), ref)
    found = listed.list_rows(viewer(), ref, states=states, after=read_number(request.args.get("after", "0")))
    next_url = None if found.next is None else url_for(".rows", ref=ref, only=only, after=found.next)
    return page(
        "admin/lists/rows.html",
        card=card,
        found=found,
        only=only,
        states=tuple(RowState),
        next_url=next_url,
        say=list_word,
        circle_say=circle_word,
    )


@bp.post("/lists/<ref>/submit")
def hand_in(ref: str) -> ResponseReturnValue:
    """Hand the list in for the second look."""
    return press(
        lambda: lists.submit(viewer(), ref),
        said=_("The list is handed in. Another person looks at it before anything is opened."),
        to=url_for(".show", ref=ref),
        again=lambda: _show(ref),
    )


@bp.post("/lists/<ref>/drop")
def drop(ref: str) -> ResponseReturnValue:
    """Give a list up that nobody agreed to."""
    return press(
        lambda: lists.drop(viewer(), ref),
        said=_("The list is given up. Nothing was opened."),
        to=url_for(".show", ref=ref),
        again=lambda: _show(ref),
    )
