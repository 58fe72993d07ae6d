"""Bringing a list: its headings are recognised, its rows kept sealed; nothing of it stands in the register yet."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from sqlalchemy import select

from charity.adapters.bulk import add_rows
from charity.adapters.county_sheets import MOST_ROWS, Line, Sheet
from charity.adapters.crypto import digest, new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.county_lists import ListAct, ListState, NeedState, RowState, may_come_from
from charity.domain.errors import Invalid, Missing
from charity.domain.households import Category
from charity.domain.list_columns import (
    DEEPEST_HEADING,
    HEADING_WITHIN,
    Column,
    Layout,
    find_layout,
    layout_name,
    may_map,
)
from charity.domain.listed_families import is_total
from charity.domain.permissions import may
from charity.domain.regions import Level, county_of, level_of
from charity.models.acts import act
from charity.models.county_list_rows import ROWS, change_rows, codes_of
from charity.models.county_lists import CountyList, CountyListRow, ListLayout, cells_place, headings_place
from charity.models.regions import Region
from charity.models.register import may_stand_in
from charity.services.register.lists.forgetting import PIECE, wipe_headings, wipe_rows
from charity.services.register.lists.ground import IMPORT, get_at_work, get_list, move_list

BATCH = 2_000
# A row of which nothing was read yet.
_FRESH: Final[dict[str, object]] = {
    "family": 0,
    "state": RowState.RAW.value,
    "need_state": NeedState.NONE.value,
    "cell": "",
    "reason": "",
    "told": "",
    "village": "",
    "head_digest": None,
    "phone_digest": None,
    "person_digest": None,
    "id_digest": None,
}


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above the families: the layout, its number, and the line of the lowest heading."""

    layout: Layout
    digest: bytes
    row: int


@act
def stage(tx: Tx, actor: Actor, region: str, *, sheet: Sheet) -> str:
    """Keep the rows of a list of one county, township or village, and what its columns seem to be; gives its ref."""
    may(actor, IMPORT, region)
    may_come_from(region)
    if tx.session.get(Region, region) is None:
        raise Missing
    may_stand_in(tx, region)
    lines = sheet.lines()
    first = list(islice(lines, HEADING_WITHIN + DEEPEST_HEADING))
    head = _head(region, first)
    brought = _list(tx, actor, region, head)
    brought.rows = _keep(tx, brought, chain(first[head.layout.first_row :], lines), len(head.layout.headings))
    if not brought.rows:
        raise Invalid("list-empty", field="file")
    return brought.ref


def _head(region: str, first: Sequence[Line]) -> _Head:
    layout = find_layout([line.cells for line in first])
    name = f"{county_of(region)}\x1e{layout_name(layout.headings)}"
    return _Head(layout, digest("list-layout", name), first[layout.first_row - 1].number)


def _list(tx: Tx, actor: Actor, region: str, head: _Head) -> CountyList:
    ref, county = new_ref(), str(county_of(region))
    known = tx.session.get(ListLayout, (county, head.digest))
    brought = CountyList(
        ref=ref,
        region_code=region,
        county=county,
        state=ListState.STAGED.value,
        headings_sealed=seal(json.dumps(head.layout.headings, ensure_ascii=False), place=headings_place(ref)),
        layout_digest=head.digest,
        columns=codes_of(head.layout.columns) if known is None else known.columns,
        heading_row=head.row,
        rows=0,
        brought_by_id=actor.account_id,
        brought_at=tx.now,
    )
    tx.session.add(brought)
    tx.session.flush()
    return brought


def _keep(tx: Tx, brought: CountyList, lines: Iterable[Line], width: int) -> int:
    kept, left = 0, _families_of(lines)
    while batch := list(islice(left, BATCH)):
        kept += len(batch)
        if kept > MOST_ROWS:
            raise Invalid("sheet-too-many-rows", field="file", params={"rows": MOST_ROWS})
        add_rows(tx.connection, ROWS, [_row(brought, line, width) for line in batch])
    return kept


def _families_of(lines: Iterable[Line]) -> Iterator[Line]:
    """Leave out what stands among the families without being one: sums, and a line that numbers the columns."""
    for line in lines:
        if not is_total(line.cells) and not _numbers_columns(line.cells):
            yield line


def _numbers_columns(cells: Sequence[str]) -> bool:
    said = [cell for cell in cells if cell]
    return len(said) > 2 and said == [str(number) for number in range(1, len(said) + 1)]


def _row(brought: CountyList, line: Line, width: int) -> dict[str, object]:
    cells = json.dumps(line.cells[:width], ensure_ascii=False)
    return {
        "list_id": brought.id,
        "line": line.number,
        "cells_sealed": seal(cells, place=cells_place(brought.ref, line.number)),
    } | _FRESH


@act
def check(tx: Tx, actor: Actor, ref: str, *, columns: tuple[Column | None, ...], category: Category | None) -> None:
    """Say what the columns are, and let the worker read the list as a dry run; remembered for the next such list."""
    brought = get_list(tx, actor, ref)
    if len(columns) != len(json.loads(brought.columns)):
        raise Invalid("list-columns-changed")
    may_map(columns, of_village=level_of(brought.region_code) is Level.VILLAGE)
    if category is None and Column.CATEGORY not in columns:
        raise Invalid("list-no-category", field="category")
    move_list(brought, ListAct.CHECK)
    brought.columns, brought.category = codes_of(columns), "" if category is None else category.value
    _remember(tx, brought)


@act
def carry(tx: Tx, actor: Actor, ref: str) -> int:
    """Let the next rows of a list that is checked once more be as they came; gives how many, and one at the last."""
    del actor
    brought = get_at_work(tx, ref, ListState.CLEARING)
    if brought is None:
        return 0
    row = CountyListRow
    read = [state.value for state in RowState if state is not RowState.RAW]
    some = select(row.id).where(row.list_id == brought.id, row.state.in_(read)).limit(PIECE)
    ids = sorted(tx.session.scalars(some))
    change_rows(tx, [{"id": number} | _FRESH for number in ids])
    if len(ids) < PIECE:
        move_list(brought, ListAct.CLEARED)
    return len(ids) or 1


def _remember(tx: Tx, brought: CountyList) -> None:
    known = tx.session.scalars(
        select(ListLayout)
        .where(ListLayout.county == brought.county, ListLayout.layout_digest == brought.layout_digest)
        .with_for_update()
    ).one_or_none()
    if known is None:
        known = ListLayout(county=brought.county, layout_digest=brought.layout_digest)
        tx.session.add(known)
    known.columns, known.used_at = brought.columns, tx.now


@act
def drop(tx: Tx, actor: Actor, ref: str) -> None:
    """Give up a list of which nothing was applied; what stood in its cells is wiped at once."""
    brought = get_list(tx, actor, ref)
    move_list(brought, ListAct.DROP)
    brought.ended_at = tx.now
    wipe_headings(brought)
    if wipe_rows(tx, brought.id, PIECE) < PIECE:  # the worker wipes the rest of a long one
        brought.forgotten_at = tx.now
