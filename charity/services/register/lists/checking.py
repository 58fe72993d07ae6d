"""The dry run: the worker reads a list's rows some at a time, and notes in which cell each is wrong or a double."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from charity.adapters.county_sheets import cell_name
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.county_lists import MOST_PEOPLE, ListAct, ListState, NeedState, RowState
from charity.domain.households import Category
from charity.domain.list_columns import Column
from charity.domain.listed_families import FamilyReader, Read, Row, families
from charity.domain.listed_needs import asks
from charity.models.acts import act
from charity.models.county_list_rows import change_rows, columns_of, list_rows, read_row, villages_of
from charity.models.county_lists import CountyList, CountyListRow
from charity.services.register.lists.ground import get_at_work, move_list
from charity.services.register.lists.judging import Finding, Judge
from charity.services.register.lists.traces import FamilyTraces

CHUNK = 1_000  # rows in one transaction


def reader_of(tx: Tx, brought: CountyList) -> FamilyReader:
    """Give the reader for a list's families."""
    villages = villages_of(tx.session, brought.region_code)
    category = Category(brought.category) if brought.category else None
    return FamilyReader(villages, today=day_of(tx.now), category=category)


@act
def carry(tx: Tx, actor: Actor, ref: str) -> int:
    """Read the next rows of a list that is being checked; gives how many, and nothing when all are read."""
    del actor
    brought = get_at_work(tx, ref, ListState.CHECKING)
    if brought is None:
        return 0
    found = list_rows(tx, brought.id, RowState.RAW, CHUNK)
    columns = columns_of(brought)
    rows = {row.line: row for row in found}
    groups = list(families(read_row(brought, columns, row.line, row.cells_sealed) for row in found))
    if len(found) == CHUNK and len(groups) > 1:
        groups.pop()  # the rest of this family may stand in the next rows
    judge = Judge(tx, brought, is_dry=True)
    judged = _judged(tx, brought, groups, judge)
    change_rows(tx, _Notes(columns, rows, judge.traces).of(judged))
    return sum(len(group) for group in groups)


def _judged(tx: Tx, brought: CountyList, groups: Sequence[list[Row]], judge: Judge) -> list[tuple[Read, list[Finding]]]:
    reader = reader_of(tx, brought)
    read = [reader.read(group) if len(group) <= MOST_PEOPLE else _too_many(group) for group in groups]
    good = [one.family for one in read if one.family is not None]
    found = judge.judge(good)
    return [(one, found.get(one.rows[0].line, [])) for one in read]


def _too_many(group: list[Row]) -> Read:
    read = Read(group)
    read.wrong(Column.HEAD, "list-family-large")
    return read


class _Notes:
    """What is noted of each row."""

    def __init__(
        self, columns: Sequence[Column | None], rows: dict[int, Any], traces: Mapping[int, FamilyTraces]
    ) -> None:
        self._rows, self._traces = rows, traces
        self._places = {column: place for place, column in enumerate(columns) if column is not None}

    def of(self, judged: Sequence[tuple[Read, list[Finding]]]) -> list[dict[str, Any]]:
        """Give the changes of all rows of some families."""
        return [note for read, findings in judged for note in self._of_family(read, findings)]

    def _of_family(self, read: Read, findings: list[Finding]) -> list[dict[str, Any]]:
        wrong = {one.line: (RowState.WRONG, one.column, one.code, "") for one in reversed(read.troubles)}
        explained = read.family is not None and bool(read.family.override)
        for one in sorted(reversed(findings), key=lambda found: found.is_same):  # the same person outweighs a likeness
            if one.is_same or not explained:
                state = RowState.WRONG if one.is_same else RowState.DOUBLE
                wrong[one.line] = (state, one.column, one.code, one.told)
        traces = None if read.family is None else self._traces[read.family.line]
        village = "" if read.family is None else read.family.village
        first = read.rows[0].line
        return [self._note(row, first, village, traces, wrong, holds=bool(wrong)) for row in read.rows]

    def _note(
        self, row: Row, first: int, village: str, traces: FamilyTraces | None, wrong: dict[int, Any], *, holds: bool
    ) -> dict[str, Any]:
        otherwise = (RowState.HELD if holds else RowState.READY, None, "", "")
        state, column, reason, told = wrong.get(row.line, otherwise)
        person = None if traces is None else traces.people.get(row.line)
        is_first = traces is not None and row.line == first
        return {
            "id": self._rows[row.line].id,
            "family": first,
            "state": state.value,
            "need_state": (NeedState.RAW if asks(row) else NeedState.NONE).value,
            "cell": self._cell(column, row.line),
            "reason": reason,
            "told": told,
            "village": village,
            "head_digest": traces.sound if traces is not None and is_first else None,
            "phone_digest": traces.phone if traces is not None and is_first else None,
            "person_digest": None if person is None else person.sound,
            "id_digest": None if person is None else person.id,
        }

    def _cell(self, column: Column | None, line: int) -> str:
        place = None if column is None else self._places.get(column)
        return "" if place is None else cell_name(place, line)


@act
def finish(tx: Tx, actor: Actor, ref: str) -> None:
    """End the dry run: a family with a wrong row comes in whole or not at all."""
    del actor
    brought = get_at_work(tx, ref, ListState.CHECKING)
    if brought is None:
        return
    row = CountyListRow
    out = (RowState.WRONG.value, RowState.DOUBLE.value)
    held = select(row.family).where(row.list_id == brought.id, row.state.in_(out))
    tx.session.execute(
        update(row)
        .where(row.list_id == brought.id, row.state == RowState.READY.value, row.family.in_(held))
        .values(state=RowState.HELD.value)
    )
    move_list(brought, ListAct.CHECKED)
    brought.checked_at = tx.now
