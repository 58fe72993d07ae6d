"""Counties' lists as an office sees them: where each stands, what is wrong in which cell, and the rows left out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from charity.adapters.crypto import unseal
from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.domain.county_lists import AT_WORK, LEFT_OUT, ListState, RowState
from charity.domain.errors import Missing
from charity.domain.list_columns import Column
from charity.domain.permissions import may, may_anywhere, regions_for
from charity.models.accounts import Account
from charity.models.county_list_rows import count_row_states, has_cells, is_left_out
from charity.models.county_lists import CountyList, CountyListRow, cells_place, headings_place
from charity.queries.circle_deadlines import Due
from charity.queries.scopes import within

IMPORT = "households.import"
PAGE = 200
RECENT = 50
PIECE = 1_000
_OUT = [state.value for state in sorted(LEFT_OUT)]


@dataclass(frozen=True, slots=True)
class ListLine:
    """A list among those of the viewer's regions."""

    ref: str
    region: str
    state: str
    rows: int
    brought_by: str
    brought_at: datetime


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a list: its heading, and what it is taken for."""

    name: str
    column: Column | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCard:
    """A list with what became of its rows so far."""

    ref: str
    region: str
    state: str
    rows: int
    category: str
    brought_by: str
    brought_at: datetime
    checked_at: datetime | None
    applied_at: datetime | None
    ended_at: datetime | None
    headings: tuple[Heading, ...]
    counts: dict[str, int]
    families: int  # that can come in, or came in
    needs: dict[str, int]
    is_mine: bool
    has_cells: bool

    @property
    def done(self) -> int:
        """Count the rows that the present work is done with."""
        if self.state == ListState.CLEARING.value:
            return self.counts[RowState.RAW.value]
        waits = RowState.RAW if self.state == ListState.CHECKING.value else RowState.READY
        return self.rows - self.counts[waits.value]

    @property
    def left_out(self) -> int:
        """Count the rows that did not or will not come in."""
        return sum(self.counts[state] for state in _OUT)


@dataclass(frozen=True, slots=True)
class RowCard:
    """A row that was left out, or whose need was: which cell, and why."""

    line: int
    state: str
    need_state: str
    cell: str
    reason: str
    told: str


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows, and the line after which the next page begins."""

    rows: tuple[RowCard, ...]
    next: int | None


def find_state(ref: str) -> ListState | None:
    """Tell where a list stands, for the worker."""
    state = reading().scalar(select(CountyList.state).where(CountyList.ref == ref))
    end_reading()
    return None if state is None else ListState(state)


def list_lists_at_work(after: int, limit: int) -> list[Due]:
    """List the lists that the worker is to carry on."""
    working = [state.value for state in sorted(AT_WORK)]
    query = select(CountyList.id, CountyList.ref).where(CountyList.state.in_(working), CountyList.id > after)
    found = [Due(*row) for row in reading().execute(query.order_by(CountyList.id).limit(limit))]
    end_reading()
    return found


def list_lists(viewer: Actor) -> tuple[ListLine, ...]:
    """List the newest lists of the viewer's regions."""
    may_anywhere(viewer, IMPORT)
    rows = reading().execute(
        select(
            CountyList.ref,
            CountyList.region_code,
            CountyList.state,
            CountyList.rows,
            Account.nickname,
            CountyList.brought_at,
        )
        .join(Account, Account.id == CountyList.brought_by_id)
        .where(within(CountyList.region_code, regions_for(viewer, IMPORT)))
        .order_by(CountyList.id.desc())
        .limit(RECENT)
    )
    return tuple(ListLine(*row) for row in rows)


def get_list(viewer: Actor, ref: str) -> ListCard:
    """Show a list of the viewer's regions."""
    brought = _find(viewer, ref)
    session = reading()
    counts = dict.fromkeys((state.value for state in RowState), 0) | count_row_states(session, brought.id)
    good = (RowState.READY.value, RowState.TAKEN.value)
    row = CountyListRow
    families, drafted, refused = session.execute(
        select(
            func.count(case((row.state.in_(good), row.family)).distinct()),
            func.count(case((row.need_state.in_(("ready", "drafted")), 1))),
            func.count(case((row.need_state == "refused", 1))),
        ).where(row.list_id == brought.id)
    ).one()
    return ListCard(
        ref=brought.ref,
        region=brought.region_code,
        state=brought.state,
        rows=brought.rows,
        category=brought.category,
        brought_by=session.scalar(select(Account.nickname).where(Account.id == brought.brought_by_id)) or "",
        brought_at=brought.brought_at,
        checked_at=brought.checked_at,
        applied_at=brought.applied_at,
        ended_at=brought.ended_at,
        headings=_headings(brought),
        counts=counts,
        families=families,
        needs={"good": drafted, "refused": refused},
        is_mine=brought.brought_by_id == viewer.account_id,
        has_cells=has_cells(brought),
    )


def _find(viewer: Actor, ref: str) -> CountyList:
    brought = reading().scalars(select(CountyList).where(CountyList.ref == ref)).one_or_none()
    if brought is None:
        raise Missing
    may(viewer, IMPORT, brought.region_code)
    return brought


def _headings(brought: CountyList) -> tuple[Heading, ...]:
    if not brought.headings_sealed:  # wiped
        return ()
    names: list[str] = json.loads(unseal(brought.headings_sealed, place=headings_place(brought.ref)))
    codes: list[str] = json.loads(brought.columns)
    return tuple(Heading(name, Column(code) if code else None) for name, code in zip(names, codes, strict=True))


def list_left_out(viewer: Actor, ref: str, *, after: int = 0) -> RowPage:
    """List the rows of a list that have a reason of their own, in the order of the list."""
    brought = _find(viewer, ref)
    row = CountyListRow
    rows = reading().execute(
        select(row.line, row.state, row.need_state, row.cell, row.reason, row.told)
        .where(row.list_id == brought.id, row.reason != "", row.line > after)
        .order_by(row.line)
        .limit(PAGE + 1)
    )
    found = [RowCard(*one) for one in rows]
    return RowPage(tuple(found[:PAGE]), found[PAGE - 1].line if len(found) > PAGE else None)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row as it leaves again to be put right: its line, its cell and reason, and what stood in it."""

    line: int
    state: str
    cell: str
    reason: str
    told: str
    cells: tuple[str, ...]


def stream_left_out(viewer: Actor, ref: str) -> Iterator[LeftOut]:
    """Give the rows that did not come in, with their cells, to nobody but who brought the list."""
    brought = _find(viewer, ref)
    if brought.brought_by_id != viewer.account_id or not has_cells(brought):
        raise Missing
    width = len(json.loads(brought.columns))
    return _stream(brought, width)


def _stream(brought: CountyList, width: int) -> Iterator[LeftOut]:
    ref, after = brought.ref, 0
    row = CountyListRow
    query = select(row.line, row.state, row.cell, row.reason, row.told, row.cells_sealed)
    query = query.where(is_left_out(brought.id))
    while page := reading().execute(query.where(row.line > after).order_by(row.line).limit(PIECE)).all():
        yield from (_left_out(ref, one, width) for one in page)
        after = page[-1].line


def _left_out(ref: str, row: Any, width: int) -> LeftOut:
    cells: list[str] = (
        [] if row.cells_sealed is None else json.loads(unseal(row.cells_sealed, place=cells_place(ref, row.line)))
    )
    return LeftOut(row.line, row.state, row.cell, row.reason, row.told, (*cells, *[""] * (width - len(cells))))
