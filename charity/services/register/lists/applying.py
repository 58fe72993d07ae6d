"""Applying a list that was checked: the worker registers its families some at a time, each looked at again then.

A row changes its state in the transaction that registers its family, so that a worker that is killed goes on where it
stopped and nobody comes in twice. What is refused now stands with its reason beside what the dry run left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy import exc, func, select

from charity.adapters.county_sheets import cell_name
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.county_lists import ListAct, ListState, NeedState, RowState
from charity.domain.errors import Conflict, Refused
from charity.domain.list_columns import Column
from charity.domain.listed_families import ListedFamily, Read
from charity.domain.privacy import LEAST_SHOWN
from charity.domain.sides import Side
from charity.ledger import append
from charity.models.acts import act
from charity.models.counties import public_county
from charity.models.county_list_rows import change_rows, columns_of, count_row_states, list_rows, read_row
from charity.models.county_lists import CountyList, CountyListRow
from charity.models.outbox import notify
from charity.models.regions import Region
from charity.models.register import may_stand_in
from charity.models.sides import lock_accounts, record_sides
from charity.services.register.lists.checking import reader_of
from charity.services.register.lists.ground import get_at_work, get_list, move_list
from charity.services.register.lists.judging import Finding, Judge
from charity.services.register.lists.making import Made, Maker
from charity.services.register.lists.traces import FamilyTraces
from charity.services.register.look_alikes import record_likenesses

CHUNK = 1_000
_log = structlog.get_logger()


@act
def apply(tx: Tx, actor: Actor, ref: str) -> None:
    """Let the worker register the families of a list that the dry run found good."""
    brought = get_list(tx, actor, ref)
    if not count_row_states(tx.session, brought.id).get(RowState.READY.value):
        raise Conflict("list-without-good-rows")
    may_stand_in(tx, brought.region_code)
    move_list(brought, ListAct.APPLY)
    brought.applied_by_id = actor.account_id


@act
def carry(tx: Tx, actor: Actor, ref: str) -> int:
    """Register the next families of a list that is being applied; gives how many rows are done, at last none."""
    del actor
    people = tx.session.scalar(select(CountyList.applied_by_id).where(CountyList.ref == ref))
    lock_accounts(tx, [people] if people is not None else [])
    brought = get_at_work(tx, ref, ListState.APPLYING)
    if brought is None:
        return 0
    found = list_rows(tx, brought.id, RowState.READY, CHUNK)
    families = [list(rows) for _, rows in groupby(found, key=lambda row: row.family)]
    if len(found) == CHUNK and len(families) > 1:
        families.pop()
    return _Chunk(tx, brought).take(families) if families else 0


class _Chunk:
    """Some families of a list, registered in one transaction."""

    def __init__(self, tx: Tx, brought: CountyList) -> None:
        self._tx, self._brought = tx, brought
        self._columns = columns_of(brought)
        self._by = brought.applied_by_id or brought.brought_by_id

    def take(self, families: Sequence[Sequence[Any]]) -> int:
        """Register what still may be; gives how many rows are done."""
        reader = reader_of(self._tx, self._brought)
        read = {
            rows[0].family: reader.read(
                [read_row(self._brought, self._columns, row.line, row.cells_sealed) for row in rows]
            )
            for rows in families
        }
        self._lock({one.family.village for one in read.values() if one.family is not None})
        judge = Judge(self._tx, self._brought)
        found = judge.judge([one.family for one in read.values() if one.family is not None])
        # A family like one of these very rows waits until that one stands in the register, or was refused.
        later = {line for line, findings in found.items() if any(one.code in _OF_ROWS for one in findings)}
        refused = {line for line in read if self._is_refused(read[line], found.get(line, ())) and line not in later}
        asked = [one.family for line, one in read.items() if one.family and line not in refused and line not in later]
        made = self._make(asked, judge.traces)
        good = [family for family in asked if family.line in made]
        for line in (family.line for family in asked if family.line not in made):
            read[line].wrong(Column.HEAD, "list-family-refused")
            refused.add(line)
        self._keep_likenesses(good, found, made)
        record_sides(self._tx, self._by, [f"h{one.household_id}" for one in made.values()], Side.FIELD)
        rows = {row.line: row for family in families for row in family}
        self._note_taken(rows.values(), made)
        self._note_refused(rows, {line: (read[line], found.get(line, [])) for line in refused})
        return sum(len(family) for family in families if family[0].family not in later)

    def _make(self, families: Sequence[ListedFamily], known: Mapping[int, FamilyTraces]) -> dict[int, Made]:
        """Register families; what the tables refuse of them is sought by halves, and never keeps the others waiting."""
        try:
            with self._tx.session.begin_nested():
                self._tx.session.connection()  # a savepoint is set when the session, not the driver, is first asked
                return Maker(self._tx, self._brought, self._by).make(families, known)
        except (exc.IntegrityError, exc.DataError, Refused) as error:
            if len(families) > 1:
                half = len(families) // 2
                return self._make(families[:half], known) | self._make(families[half:], known)
            _log.warning("family of a list refused", kind=type(error).__name__)
            return {}

    def _lock(self, villages: Iterable[str]) -> None:
        """Lock the villages in one order: who registers one of these families by hand at once is seen, and sees."""
        theirs = select(Region.code).where(Region.code.in_(sorted(villages))).order_by(Region.code)
        self._tx.session.execute(theirs.with_for_update())

    def _is_refused(self, read: Read, findings: Sequence[Finding]) -> bool:
        if read.family is None:
            return True
        return any(one.is_same or not read.family.override for one in findings)

    def _keep_likenesses(
        self, good: Sequence[ListedFamily], found: Mapping[int, list[Finding]], made: Mapping[int, Made]
    ) -> None:
        actor = Actor(account_id=self._by, ref="")
        for family in good:
            stands = made[family.line]
            for one in found.get(family.line, ()):
                member = None if one.column is not Column.NAME else stands.members.get(one.line)
                likes = () if one.like is None else (one.like,)
                record_likenesses(self._tx, actor, stands.household_id, likes, family.override, member_id=member)

    def _note_taken(self, rows: Iterable[Any], made: Mapping[int, Made]) -> None:
        changes = [
            {
                "id": row.id,
                "state": RowState.TAKEN.value,
                "household_id": made[row.family].household_id,
                "member_id": made[row.family].members.get(row.line),
                # What a need says is still wanted; whatever else stood there stands in the register now.
                "cells_sealed": row.cells_sealed if row.need_state == NeedState.READY.value else None,
            }
            for row in rows
            if row.family in made
        ]
        change_rows(self._tx, changes)

    def _note_refused(self, rows: Mapping[int, Any], refused: Mapping[int, tuple[Read, Sequence[Finding]]]) -> None:
        changes: list[dict[str, Any]] = []
        for read, findings in refused.values():
            said = {one.line: (one.column, one.code, "") for one in read.troubles}
            said |= {
                one.line: (one.column, one.code, one.told) for one in sorted(findings, key=lambda found: found.is_same)
            }
            for row in read.rows:
                column, code, told = said.get(row.line, (None, "", ""))
                place = self._columns.index(column) if column in self._columns and column is not None else None
                cell = "" if place is None else cell_name(place, row.line)
                state = RowState.REFUSED if code else RowState.HELD
                changes.append(
                    {"id": rows[row.line].id, "state": state.value, "cell": cell, "reason": code, "told": told}
                )
        change_rows(self._tx, changes)


_OF_ROWS = frozenset({"looks-alike-row", "listed-twice"})


@act
def finish(tx: Tx, actor: Actor, ref: str) -> None:
    """End the applying, done or stopped: the entry in the book, and a word to who brought the list."""
    del actor
    brought = get_at_work(tx, ref, ListState.APPLYING, ListState.STOPPING)
    if brought is None:
        return
    move_list(brought, ListAct.APPLIED)
    brought.applied_at = tx.now
    homes = count_homes(tx, brought)
    if homes:
        write_entry(tx, brought, "register.imported", homes=homes)
    notify(tx, account_id=brought.brought_by_id, kind="list-applied", params={"list": brought.ref, "count": homes})


def count_homes(tx: Tx, brought: CountyList) -> int:
    """Count the households that came in with a list."""
    counted = select(func.count(CountyListRow.household_id.distinct())).where(CountyListRow.list_id == brought.id)
    return tx.session.scalar(counted) or 0


def write_entry(tx: Tx, brought: CountyList, kind: str, *, homes: int) -> None:
    """Put what happened to a list into the book: its county where enough families live, and no number below five."""
    county = public_county(tx.session, brought.county, household_id=0)
    facts: dict[str, str | int] = {"by": Role.ADMINISTRATOR.value, "county": county}
    if homes >= LEAST_SHOWN:
        facts["count"] = homes
    append(tx, kind, {"list": brought.ref}, facts)
