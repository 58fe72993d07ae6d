"""Statements about the rows of counties' lists that several services share; no rule, no commit."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from charity.adapters import bulk
from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain.county_lists import LEFT_OUT, ListState, NeedState, RowState
from charity.domain.list_columns import Column, cells_of
from charity.domain.listed_families import Row, Villages
from charity.models.county_lists import CountyList, CountyListRow, cells_place
from charity.models.regions import Region

ROWS = cast(Table, CountyListRow.__table__)


def lock_county_list(tx: Tx, ref: str) -> CountyList | None:
    """Load a list for changing it."""
    found = select(CountyList).where(CountyList.ref == ref).with_for_update()
    return tx.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def columns_of(brought: CountyList) -> list[Column | None]:
    """Give what each column of a list is taken for."""
    return [Column(code) if code else None for code in json.loads(brought.columns)]


def codes_of(columns: Iterable[Column | None]) -> str:
    """Write down what each column is taken for."""
    return json.dumps(["" if column is None else column.value for column in columns])


def villages_of(session: Session, region: str) -> Villages:
    """Give the townships and villages of a region by their codes and names."""
    named = select(Region.code, Region.name).where(Region.code.startswith(region, autoescape=True))
    inside = {code: name for code, name in session.execute(named) if len(code) >= 9}
    if len(region) == 12:
        inside |= {code: name for code, name in session.execute(_NAME, {"code": region[:9]})}
    return Villages(region, inside)


_NAME = select(Region.code, Region.name).where(Region.code == bindparam("code"))


def has_cells(brought: CountyList) -> bool:
    """Say whether what stood in the cells of a list is still kept."""
    return brought.forgotten_at is None and brought.state != ListState.DROPPED.value


def is_left_out(list_id: int) -> ColumnElement[bool]:
    """Give the condition that a row of a list, or its need, did not come in."""
    states = [state.value for state in sorted(LEFT_OUT)]
    out = or_(CountyListRow.state.in_(states), CountyListRow.need_state == NeedState.REFUSED.value)
    return and_(CountyListRow.list_id == list_id, out)


def list_rows(tx: Tx, list_id: int, state: RowState, most: int, *, need: NeedState | None = None) -> Sequence[Any]:
    """List the next rows in a state, in the order of the list."""
    rows = select(CountyListRow.id, CountyListRow.line, CountyListRow.family, CountyListRow.cells_sealed)
    rows = rows.add_columns(
        CountyListRow.household_id, CountyListRow.member_id, CountyListRow.need_state, CountyListRow.village
    )
    rows = rows.where(CountyListRow.list_id == list_id, CountyListRow.state == state.value)
    if need is not None:
        rows = rows.where(CountyListRow.need_state == need.value)
    return tx.session.execute(rows.order_by(CountyListRow.line).limit(most)).all()


def list_families_rows(tx: Tx, list_id: int, families: Iterable[int]) -> Sequence[Any]:
    """List all rows of some families of a list."""
    rows = select(CountyListRow.line, CountyListRow.family, CountyListRow.cells_sealed)
    rows = rows.where(CountyListRow.list_id == list_id, CountyListRow.family.in_(list(families)))
    return tx.session.execute(rows.order_by(CountyListRow.line)).all()


def read_row(brought: CountyList, columns: Sequence[Column | None], line: int, sealed: bytes | None) -> Row:
    """Open a row's cells; one whose cells were wiped says nothing."""
    cells = [] if sealed is None else json.loads(unseal(sealed, place=cells_place(brought.ref, line)))
    return Row(line, cells_of(cells, columns))


def change_rows(tx: Tx, changes: Sequence[dict[str, Any]]) -> None:
    """Change rows by their ids, all in the same columns."""
    bulk.change_rows(tx.connection, ROWS, changes)


def count_row_states(session: Session, list_id: int) -> dict[str, int]:
    """Count a list's rows by their state."""
    counted = select(CountyListRow.state, func.count()).where(CountyListRow.list_id == list_id)
    return {state: count for state, count in session.execute(counted.group_by(CountyListRow.state))}
