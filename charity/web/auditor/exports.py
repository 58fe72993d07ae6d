"""Exports: taking a table of my regions along, and the list of who took what."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from charity.adapters import clock
from charity.adapters.sheets import Cell
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.queries.exports import get_nickname, list_exports
from charity.services.exports import begin_export
from charity.web.auditor.forms.pledges import AuditForm, ExportForm
from charity.web.auditor.tables import Table, table_of
from charity.web.kit.desk_words import desk_word
from charity.web.kit.doors import roles
from charity.web.kit.downloads import download
from charity.web.kit.formats import moment, number
from charity.web.kit.labels import label
from charity.web.kit.opinions import waits_for_second
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("auditor_exports", __name__, url_prefix="/audit/exports")
READERS = roles(Role.ADMINISTRATOR, Role.AUDITOR)
DOORS = {"show": READERS, "make": READERS}
Answer = Response | Redirect | tuple[str, int]


@bp.get("")
def show() -> Answer:
    """Offer the tables, and list who took which."""
    return _show(ExportForm(data={"what": request.args.get("what", "")}))


def _show(form: ExportForm) -> Answer:
    made = [(line, filter_words(line.filters)) for line in list_exports(viewer())]
    kept = urlencode(_filters().filters().told())
    shown = page(
        "auditor/exports/show.html",
        form=form,
        made=made,
        say=desk_word,
        export_url=f"/audit/exports?{kept}" if kept else "/audit/exports",
        narrowed=filter_words(_filters().filters().told()),
    )
    return shown, form_status()


@bp.post("")
def make() -> Answer:
    """Write the export down, then send its rows; the address carries the filters of the pledge list."""
    form = ExportForm()
    asked = _filters()
    done = submit(form, lambda: _begun(form, asked))
    if done is None:
        return waits_for_second() or _show(form)
    number_of, table = done.result
    told = asked.filters().told() if form.what.data == "pledges" else {}
    name = f"{form.what.data}-{day_of(clock.now()):%Y%m%d}-{number_of}"
    note = (_note(number_of, table.count, told),)
    return download(name, str(form.form.data), note, _with_heading(table))


def _filters() -> AuditForm:
    form = AuditForm(request.args)
    # Which places and points exist is the query's matter: outside the viewer's regions there simply are no rows.
    form.region.choices = [(form.region.data or "", "")]
    form.point.choices = [(form.point.data or "", "")]
    return form


def _begun(form: ExportForm, asked: AuditForm) -> tuple[int, Table]:
    what = str(form.what.data)
    table = table_of(viewer(), what, asked.filters())
    # Without a once-key: every download leaves its own line, also the second one of the same form.
    number_of = begin_export(
        replace(viewer(), once=None),
        what=what,
        form=str(form.form.data),
        filters=asked.filters().told() if what == "pledges" else {},
        rows=table.count,
    )
    return number_of, table


def _with_heading(table: Table) -> Iterator[tuple[Cell, ...]]:
    heading: tuple[Cell, ...] = table.columns
    return chain([heading], table.rows())


def _note(number_of: int, rows: int, told: dict[str, str]) -> str:
    """Say in the first line who took the table along, when, and how it was narrowed."""
    said = _(
        "Export %(number)s by %(name)s, %(moment)s, %(rows)s rows",
        number=number_of,
        name=get_nickname(viewer()),
        moment=moment(clock.now()),
        rows=number(rows),
    )
    return " · ".join([said, *filter_words(told)])


def filter_words(told: dict[str, str]) -> list[str]:
    """Say the filters of an export in words; a donor or a point stays an opaque number."""
    groups = {"clock": "clock", "waits": "waits", "confirmed_by": "way", "amount": "amount"}
    kit = {"state": "pledge", "kind": "kind"}
    words: list[str] = []
    for name, value in told.items():
        said = desk_word(groups[name], value) if name in groups else value
        said = label(kit[name], value) if name in kit else said
        words.append(str(desk_word("filter", name)) if name == "overdue" else f"{desk_word('filter', name)}: {said}")
    return words
