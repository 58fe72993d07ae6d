"""Many rows at once: what comes in, is changed and is found is the same on both databases."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import Table, exc, func, select

from charity.adapters import bulk
from charity.adapters.db import Tx, transaction
from charity.models.county_lists import CountyList, CountyListRow
from charity.models.requests import AnsweredRequest
from tests.kit import village as v

ROWS, REQUESTS = cast(Table, CountyListRow.__table__), cast(Table, AnsweredRequest.__table__)
LISTS = cast(Table, CountyList.__table__)
NOW = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
PAST = r"a\b	c" + "\nd\\N 村"  # what COPY writes otherwise


def lists(tx: Tx, count: int) -> list[int]:
    office = v.add_person(tx)
    row: dict[str, Any] = {"region_code": v.COUNTY, "county": v.COUNTY, "state": "staged", "category": ""}
    row |= {"headings_sealed": b"\x00\xff\\", "layout_digest": bytes(32), "columns": PAST, "heading_row": 1, "rows": 0}
    row |= {"brought_by_id": office.account_id, "brought_at": NOW}
    return bulk.add_numbered(tx.connection, LISTS, [row | {"ref": f"ref{number:010}"} for number in range(count)])


def rows(list_id: int, count: int) -> list[dict[str, Any]]:
    beside = {"need_state": "none", "cell": "", "reason": "", "told": "", "village": "", "cells_sealed": None}
    return [{"list_id": list_id, "line": line, "family": line, "state": "raw", **beside} for line in range(count)]


def test_rows_come_in_as_they_are_with_ids_in_their_order(app: Flask) -> None:
    with transaction() as tx:
        ids = lists(tx, 3)
        found = tx.connection.execute(select(LISTS).order_by(LISTS.c.id)).all()
        assert [(row.id, row.ref) for row in found] == [(number, f"ref{at:010}") for at, number in enumerate(ids)]
        assert (found[0].columns, found[0].headings_sealed, found[0].brought_at) == (PAST, b"\x00\xff\\", NOW)
        assert bulk.add_numbered(tx.connection, LISTS, []) == []
        bulk.add_rows(tx.connection, ROWS, [])


def test_each_row_is_changed_as_it_is_told_and_no_other(app: Flask) -> None:
    with transaction() as tx:
        (number,) = lists(tx, 1)
        bulk.add_rows(tx.connection, ROWS, rows(number, 6))
        ids = list(tx.connection.scalars(select(ROWS.c.id).order_by(ROWS.c.line)))
        changes = [{"id": ids[at], "told": f"t{at}{PAST}", "id_digest": b"\x00" if at else None} for at in (4, 0, 2)]
        bulk.change_rows(tx.connection, ROWS, changes)
        bulk.change_rows(tx.connection, ROWS, [])
        kept = tx.connection.execute(select(ROWS.c.told, ROWS.c.id_digest).order_by(ROWS.c.line)).all()
    assert [row.told for row in kept] == [f"t0{PAST}", "", f"t2{PAST}", "", f"t4{PAST}", ""]
    assert [row.id_digest for row in kept] == [None, None, b"\x00", None, b"\x00", None]


def test_rows_are_found_by_many_values(app: Flask) -> None:
    with transaction() as tx:
        (number,) = lists(tx, 1)
        bulk.add_rows(tx.connection, ROWS, rows(number, 6))
        state, line = cast(Any, ROWS.c.state), cast(Any, ROWS.c.line)
        found = bulk.find(tx.connection, line, {1, 3, 9}, line, state, where=[ROWS.c.family < 3])
        assert [(row.line, row.state) for row in found] == [(1, "raw")]
        assert bulk.find(tx.connection, line, (), line) == ()
        asked = bulk.found(tx.connection, state, {"raw", "ready"}, state, line).subquery()
        counted = select(asked.c.state, func.max(asked.c.line)).group_by(asked.c.state)
        assert [tuple(row) for row in tx.connection.execute(counted)] == [("raw", 5)]
        known = bulk.known_among(tx.connection, line, {0, 2, 7}, where=ROWS.c.family > 0)
        assert known == {2}


def test_what_the_tables_refuse_is_refused_as_ours_and_can_be_taken_back(app: Flask) -> None:
    twice = [{"key_digest": b"1", "body_digest": b"b", "result": "", "answered_at": NOW}] * 2
    with transaction() as tx:
        with pytest.raises(exc.IntegrityError), tx.session.begin_nested():
            tx.session.connection()
            bulk.add_rows(tx.connection, REQUESTS, twice)
        bulk.add_rows(tx.connection, REQUESTS, twice[:1])
        assert tx.connection.scalar(select(func.count()).select_from(REQUESTS)) == 1
