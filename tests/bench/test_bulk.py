"""The bulk of the large measurements is true: its book verifies, its counters agree, and it can be claimed from."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from bench import depth, growth
from bench.bulk import make
from bench.bulk.plan import Sizes
from bench.effort import Meter
from bench.lines import Line
from charity.adapters.db import db, end_reading, reading, transaction
from charity.adapters.settings import ROOT
from charity.adapters.signing import log_keys
from charity.domain.actors import Actor
from charity.domain.errors import Conflict
from charity.ledger.verifying import verify
from charity.models.accounts import Account
from charity.models.pledges import GivenYear, Pledge
from charity.models.wishes import Wish
from charity.services.pledges.claim import claim
from tests.kit.people import put_demo_regions

PLEDGES, DONORS = 300, 50


@pytest.fixture
def bulk(app: Flask) -> Iterator[make.Bulk]:
    del app
    put_demo_regions()
    yield make.make(PLEDGES, DONORS)
    end_reading()


def test_the_book_of_a_bulk_verifies_and_its_rows_hold(bulk: make.Bulk) -> None:
    seen = verify(db.engine, log_keys())
    assert seen.is_clean, seen.difference
    assert (seen.wishes, seen.pledges, seen.lines) == (bulk.wishes, PLEDGES, bulk.given)
    assert seen.leaves == bulk.entries
    if db.engine.dialect.name == "sqlite":  # the same statements wrote both
        assert reading().execute(text("PRAGMA foreign_key_check")).all() == []
    _donors_counters_agree(bulk)
    _a_donor_claims(bulk)
    assert verify(db.engine, log_keys()).is_clean


def _donors_counters_agree(bulk: make.Bulk) -> None:
    held = select(Pledge.account_id, func.count(), func.sum(Pledge.amount_fen)).where(Pledge.state == "held")
    rows = [tuple(row) for row in reading().execute(held.group_by(Pledge.account_id))]
    told = select(Account.id, Account.open_pledges, Account.open_fen).where(Account.open_pledges > 0)
    assert sorted(rows) == sorted(tuple(row) for row in reading().execute(told))
    given = reading().execute(select(func.sum(GivenYear.amount_fen))).scalar_one()
    kept = select(func.sum(Pledge.amount_fen)).where(Pledge.state.in_(("held", "confirmed")))
    assert given == reading().execute(kept).scalar_one()
    assert len(rows) == bulk.given
    end_reading()


def _a_donor_claims(bulk: make.Bulk) -> None:
    last = Actor(account_id=bulk.first_donor + bulk.donors - 1, ref="last", verified=True)
    taken = select(Wish.committed).where(Wish.ref == bulk.refs[0])
    before = reading().execute(taken).scalar_one()
    assert claim(last, bulk.refs[0], units=2).state == "held"
    end_reading()
    assert reading().execute(taken).scalar_one() == before + 2
    end_reading()
    with pytest.raises(Conflict, match="units-gone"):
        claim(last, bulk.refs[1], units=41)


def test_a_counter_that_is_off_is_found(bulk: make.Bulk) -> None:
    with transaction() as tx:
        tx.session.execute(text(f"UPDATE wishes SET fulfilled = 0 WHERE id = {bulk.first_wish}"))
    seen = verify(db.engine, log_keys())
    assert seen.difference is not None and seen.difference.code == "wish-differs"


def test_every_list_is_measured_at_every_depth(app: Flask, bulk: make.Bulk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "ROUNDS", 1)
    monkeypatch.setattr(depth, "ASKED", 1)
    monkeypatch.setattr(depth, "STRIDE", 3)
    monkeypatch.setattr(depth, "DEPTHS", (0.5,))
    seen = list(depth.courses(app, bulk))
    assert [course.name for course in seen] == [
        "wall",
        "wall of a city",
        "wall of a county",
        "wall of lessons",
        "wall by price",
        "longest waiting",
        "longest waiting in a county",
        "inbox",
        "a volunteer's wishes",
        "book",
    ]
    assert all(len(course.sql) == len(course.page) == 1 + len(depth.DEPTHS) for course in seen)
    assert all(course.queries > 0 for course in seen)
    asked = {course.name: course.queries for course in seen}
    assert max(asked["wall by price"], asked["longest waiting"], asked["book"]) <= depth.MOST_QUERIES


def test_the_line_of_depths_is_that_of_the_worst_list() -> None:
    bulk = make.Bulk(1, 10, 11, 1, 50, 1, 100, 252, 0.1, [])
    flat = depth.Course("flat", 10, [1.0, 1.0, 0.9], [2.0, 2.0, 2.0], 3)
    steep = depth.Course("steep", 10, [1.0, 2.0, 4.0], [2.0, 2.5, 5.0], 3)
    found = depth.line_of([flat, steep], bulk, "sqlite")
    assert isinstance(found, Line) and found.ratio == 0.25 and "steep" in found.setting
    assert (steep.sql_ratio, steep.page_ratio) == (4.0, 2.5)


def test_effort_is_time_worked_not_time_waited(app: Flask) -> None:
    del app
    meter = Meter(db.engine)
    assert meter.measure(lambda: time.sleep(0.1)).here < 50
    worked = meter.measure(lambda: sum(range(2_000_000)))
    assert worked.here > 5
    if db.engine.dialect.name == "postgresql":
        heavy = text("SELECT count(*) FROM generate_series(1, 300000)")
        assert meter.measure(lambda: reading().execute(heavy).scalar_one()).database > 1


def test_what_is_measured_grows_as_it_says() -> None:
    full = Sizes(10_000_000, 15_000_000)
    assert (full.given, full.wishes) == (1_000_000, 1_100_000)
    assert full.people == 15_000_000 + full.posters


def test_growth_is_kept_and_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "DATA", tmp_path / "growth.json")
    monkeypatch.setattr(growth, "PICTURE", tmp_path / "growth.svg")
    for rows, took in ((10_000, 1.0), (1_000_000, 1.3), (10_000, 2.0)):
        point = growth.Point(rows, "sqlite", 1, 1, 1, took, took, took, took, took, took, 1, 1.0, 0.5)
        growth.keep(point)
    assert [each.wall_sql for each in growth.read()] == [2.0, 1.3]  # a size measured again takes its place
    drawn = (tmp_path / "growth.svg").read_text(encoding="utf-8")
    assert 'role="img"' in drawn and "1,000,000 rows 0.65" in drawn and "prefers-color-scheme: dark" in drawn


def test_the_shipped_chart_and_table_show_what_was_measured() -> None:
    points = growth.read()
    assert growth.PICTURE.read_text(encoding="utf-8") == growth.picture(points)
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert "![" in page and "(growth.svg)" in page
    assert all(line in page for line in growth.table(points))
