"""Rows of a released version come through the migrations: what staff wrote in plain text is sealed, and can be read."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, insert, select

from charity.adapters.crypto import unseal
from charity.adapters.settings import ROOT
from charity.models.cases import grounds_place
from charity.models.wishes import review_place
from tests.kit import home, postgres, settings
from tests.kit.databases import SQLITE, Database

BEFORE, AFTER = "0003", "0005"
REASON, GROUNDS = "too-dear|公输大娘说太贵", "司空先生寄出了凭证"
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def url(database: Database) -> Iterator[str]:
    """Give an empty database of its own."""
    name = f"old_rows_{secrets.token_hex(4)}"
    if database.backend == SQLITE:
        yield f"sqlite:///{home.here() / name}.db"
        for each in home.here().glob(f"{name}.db*"):
            each.unlink()
        return
    postgres.execute(home.here(), f"CREATE DATABASE {name}")
    yield postgres.url(home.here(), name)
    postgres.execute(home.here(), f"DROP DATABASE {name} WITH (FORCE)")


def migrate(url: str, *words: str) -> None:
    """Move the database to a revision, as an operator does."""
    command = [sys.executable, "-m", "flask", "--app", "app", "db", *words]
    environ = dict(os.environ) | settings.environ(url, redis_url=None)
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# Who was written down when (UTC), with which stage; in China it is the next day already.
PEOPLE = (
    (1, datetime(2025, 8, 31, 15, 0, tzinfo=UTC), "primary"),
    (2, datetime(2025, 8, 31, 17, 0, tzinfo=UTC), "junior"),
    (3, datetime(2026, 2, 1, 3, 0, tzinfo=UTC), None),
)


def plain_row(table: Table, **known: object) -> dict[str, Any]:
    """Fill what may not be empty with something of its type."""
    of_type = {int: 0, str: "", datetime: NOW, date: NOW.date(), bool: False, bytes: b""}
    needed = [c for c in table.c if not c.nullable and c.server_default is None and c.name not in known]
    return {column.name: of_type[column.type.python_type] for column in needed} | known


def add(connection: Connection, tables: dict[str, Table], name: str, **known: object) -> None:
    """Add a row, whatever it refers to."""
    connection.execute(insert(tables[name]).values(plain_row(tables[name], **known)))


def tables_of(engine: Engine) -> dict[str, Table]:
    """Read the tables as they are now."""
    there = MetaData()
    there.reflect(engine)
    return dict(there.tables)


def write_old(url: str) -> None:
    """Write a review and a ruling as the released version did."""
    engine = create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        tables = tables_of(engine)
        add(
            connection,
            tables,
            "wishes",
            id=1,
            ref="0000000000001",
            state="withdrawn",
            wanted=1,
            unit_fen=1,
            poster_id=1,
            region_code="990101001001",
            county="990101",
            city="9901",
            province="99",
        )
        told = {"region_code": "990101001001", "county": "990101", "city": "9901", "province": "99", "wanted": 1}
        for number, moment, stage in PEOPLE:
            person = {"id": number, "ref": f"m{number}", "recorded_at": moment, "school_stage": stage}
            add(connection, tables, "members", **person)
            wish = {"id": 10 + number, "ref": f"w{number}", "member_id": number, "school_stage": stage, "unit_fen": 1}
            add(connection, tables, "wishes", state="approved", poster_id=1, **wish, **told)
        add(connection, tables, "wish_reviews", id=1, wish_id=1, decision="return", reason=REASON)
        add(connection, tables, "wish_reviews", id=2, wish_id=1, decision="approve", reason="")
        add(connection, tables, "cases", id=1, ref="0000000000002", state="closed", grounds=GROUNDS)
    engine.dispose()


def rows(url: str, table: str) -> list[Any]:
    """Read all rows of a table as it is now."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.execute(select(tables_of(engine)[table])).mappings())
    engine.dispose()
    return sorted(found, key=lambda row: row["id"])


def test_staff_notes_of_a_released_version_are_sealed_and_come_back(url: str, database: Database) -> None:
    migrate(url, "upgrade", BEFORE)
    write_old(url)
    migrate(url, "upgrade", AFTER)
    first, second = rows(url, "wish_reviews")
    assert "reason" not in first
    assert unseal(bytes(first["reason_sealed"]), place=review_place("0000000000001")) == REASON
    assert second["reason_sealed"] is None
    [case] = rows(url, "cases")
    assert "grounds" not in case
    assert unseal(bytes(case["grounds_sealed"]), place=grounds_place("0000000000002")) == GROUNDS
    if database.backend == SQLITE:
        file = Path(url.removeprefix("sqlite:///"))
        told = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        assert b"0000000000002" in told  # the control
        assert REASON.encode() not in told
        assert GROUNDS.encode() not in told
    migrate(url, "downgrade", BEFORE)
    assert [row["reason"] for row in rows(url, "wish_reviews")] == [REASON, ""]
    assert [row["grounds"] for row in rows(url, "cases")] == [GROUNDS]


def test_stages_of_a_released_version_get_their_days(url: str) -> None:
    migrate(url, "upgrade", BEFORE)
    write_old(url)
    migrate(url, "upgrade", AFTER)
    days = [row["stage_on"] for row in rows(url, "members")]
    assert days == [date(2025, 8, 31), date(2025, 9, 1), None]
    until = {row["ref"]: row["stage_until"] for row in rows(url, "wishes")}
    assert until == {"0000000000001": None, "w1": date(2025, 8, 31), "w2": date(2026, 8, 31), "w3": None}
    migrate(url, "downgrade", BEFORE)
    assert "stage_until" not in rows(url, "wishes")[0]


def test_seats_lose_a_word_that_was_another_persons(url: str) -> None:
    migrate(url, "upgrade", "0020")
    engine = create_engine(url)
    # number: who holds it, what the one before chose, and the place in the waiting list of who was offered it
    seats = {1: (7, "accepted", None), 2: (8, "accepted", 5), 3: (None, "open", None), 4: (9, "active", None)}
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        tables = tables_of(engine)
        for number, (account, state, place) in seats.items():
            seat = {"id": number, "ref": f"s{number}", "circle_id": 1, "number": number, "display": "name"}
            add(connection, tables, "seats", **seat, account_id=account, state=state)
            if state == "accepted":
                made = {"id": number, "ref": f"o{number}", "seat_id": number, "state": "accepted"}
                add(connection, tables, "seat_offers", **made, account_id=account, place_id=place)
    engine.dispose()
    migrate(url, "upgrade", "0021")
    assert [row["display"] for row in rows(url, "seats")] == ["nickname", "name", "nickname", "name"]
