"""Counties' lists over the API: bringing a file, its columns and dry run, its rows, registering, and undoing it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from flask import Blueprint, request
from flask import Response as Sent
from pydantic import BaseModel, Field
from spectree import Response

from charity.adapters.county_sheets import Sheet
from charity.api.shapes import Given, Problem, Short
from charity.api.spec import spec
from charity.api.wishes import REFUSALS, TOKEN, iso
from charity.domain.actors import Actor, Role
from charity.domain.errors import Invalid, Missing
from charity.domain.households import Category
from charity.domain.list_columns import Column
from charity.domain.regions import is_code
from charity.queries import county_lists as listed
from charity.services.register.lists import applying, leaving, staging, stopping, undoing
from charity.web.kit.doors import roles
from charity.web.kit.import_words import why
from charity.web.kit.left_out import send_left_out
from charity.web.kit.viewer import viewer

bp = Blueprint("api_county_lists", __name__)
DOORS = dict.fromkeys(("mine", "bring", "show", "rows", "left_out", "check", "take"), roles(Role.ADMINISTRATOR))
READING = {f"HTTP_{status}": Problem for status in (401, 403, 404)}


class ListItem(BaseModel):
    """A county's list among those of the caller's regions."""

    id: str
    region: str
    state: str
    rows: int
    brought_by: str
    brought_at: str


class CountyLists(BaseModel):
    """The newest lists."""

    items: list[ListItem]


class ColumnItem(BaseModel):
    """A column: its heading in the list, and what it is taken for."""

    heading: str
    column: Column | None


class ListDetail(ListItem):
    """Where a list stands: rows the present work is done with, what became of rows, families that (can) come in."""

    done: int
    left_out: int
    category: str
    checked_at: str | None
    applied_at: str | None
    ended_at: str | None
    columns: list[ColumnItem]
    row_states: dict[str, int]
    families: int
    needs: dict[str, int]
    may_take_left_out: bool


class RowsQuery(Given):
    """After which line the rows go on, and in which language reasons are said."""

    after: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    lang: Short = ""


class RowItem(BaseModel):
    """A row that did not come in, or whose need did not: the cell, the reason as a code, and as a sentence."""

    line: int
    state: str
    need_state: str
    cell: str
    reason: str
    said: str


class RowList(BaseModel):
    """Rows in the order of the list; next is the line after which the next page begins."""

    items: list[RowItem]
    next: int | None


class CheckBody(Given):
    """What the columns are, in their order; left out, they are what they seem to be."""

    columns: Annotated[list[Column | None], Field(max_length=100)] | None = None
    category: Category | None = None


class ListActBody(Given):
    """An act on a list needs nothing but its name."""


class Kept(BaseModel):
    """The list that was acted on."""

    id: str


@bp.get("/api/v1/county-lists")
@spec.validate(resp=Response(HTTP_200=CountyLists, **READING), tags=["county lists"], security=TOKEN)
def mine() -> dict[str, object]:
    """List the newest lists of the caller's regions."""
    return CountyLists(items=[_item(one) for one in listed.list_lists(viewer())]).model_dump()


def _item(one: listed.ListLine | listed.ListCard) -> ListItem:
    return ListItem(
        id=one.ref,
        region=one.region,
        state=one.state,
        rows=one.rows,
        brought_by=one.brought_by,
        brought_at=iso(one.brought_at),
    )


@bp.post("/api/v1/county-lists")
@spec.validate(resp=Response(HTTP_201=Kept, **REFUSALS), tags=["county lists"], security=TOKEN)
def bring() -> tuple[dict[str, object], int]:
    """Bring a list (multipart, XLSX or CSV as file) of one county or a place in it; nothing is registered yet."""
    region, upload = request.form.get("region", ""), request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid("bad-input", params={"field": "file"})
    if not is_code(region):
        raise Missing
    return Kept(id=staging.stage(viewer(), region, sheet=Sheet(upload.read()))).model_dump(), 201


@bp.get("/api/v1/county-lists/<ref>")
@spec.validate(resp=Response(HTTP_200=ListDetail, **READING), tags=["county lists"], security=TOKEN)
def show(ref: str) -> dict[str, object]:
    """Tell where a list stands, how far the work has come, and what the dry run found."""
    card = listed.get_list(viewer(), ref)
    return ListDetail(
        **_item(card).model_dump(),
        checked_at=_said(card.checked_at),
        applied_at=_said(card.applied_at),
        ended_at=_said(card.ended_at),
        done=card.done,
        left_out=card.left_out,
        category=card.category,
        columns=[ColumnItem(heading=one.name, column=one.column) for one in card.headings],
        row_states=card.counts,
        families=card.families,
        needs=card.needs,
        may_take_left_out=card.is_mine and card.has_cells,
    ).model_dump(mode="json")


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


@bp.get("/api/v1/county-lists/<ref>/rows")
@spec.validate(resp=Response(HTTP_200=RowList, HTTP_422=Problem, **READING), tags=["county lists"], security=TOKEN)
def rows(ref: str, query: RowsQuery) -> dict[str, object]:
    """List the rows that did not come in, or whose need did not, each with its cell and its reason."""
    found = listed.list_left_out(viewer(), ref, after=query.after)
    items = [
        RowItem(
            line=row.line,
            state=row.state,
            need_state=row.need_state,
            cell=row.cell,
            reason=row.reason,
            said=str(why(row.reason, row.told)),
        )
        for row in found.rows
    ]
    return RowList(items=items, next=found.next).model_dump()


@bp.post("/api/v1/county-lists/<ref>/left-out")
@spec.validate(resp=Response("HTTP_200", **REFUSALS), tags=["county lists"], security=TOKEN)
def left_out(ref: str, json: ListActBody) -> Sent:
    """Give whoever brought the list its rows that did not come in, as a sheet (XLSX) to put right and bring again.

    It names people: that it was taken is written down as an export before its first row leaves.
    """
    del json
    leaving.take_left_out(viewer(), ref)
    card = listed.get_list(viewer(), ref)
    return send_left_out(ref, card.headings, listed.stream_left_out(viewer(), ref))


@bp.post("/api/v1/county-lists/<ref>/check")
@spec.validate(resp=Response(HTTP_200=Kept, **REFUSALS), tags=["county lists"], security=TOKEN)
def check(ref: str, json: CheckBody) -> dict[str, object]:
    """Say what the columns are and begin the dry run; `show` and `rows` tell what it finds."""
    columns = json.columns
    if columns is None:
        columns = [heading.column for heading in listed.get_list(viewer(), ref).headings]
    staging.check(viewer(), ref, columns=tuple(columns), category=json.category)
    return Kept(id=ref).model_dump()


ListAct = Literal["apply", "stop", "drop", "undo"]
ACTS: dict[str, Callable[[Actor, str], None]] = {
    "apply": applying.apply,
    "stop": stopping.stop,
    "drop": staging.drop,
    "undo": undoing.undo,
}


@bp.post("/api/v1/county-lists/<ref>/<any(apply, stop, drop, undo):act>")
@spec.validate(resp=Response(HTTP_200=Kept, **REFUSALS), tags=["county lists"], security=TOKEN)
def take(ref: str, act: ListAct, json: ListActBody) -> dict[str, object]:
    """Register what the dry run found good, stop that, give a list up, or undo it as one act; the worker does it."""
    del json
    ACTS[act](viewer(), ref)
    return Kept(id=ref).model_dump()
