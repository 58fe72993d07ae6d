"""Which wish an intention is offered: the same as by hand, and found along an index of the wall."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.intentions import Intention
from charity.domain.matching import PARTS
from charity.domain.wall import wall_at
from charity.models.fitting import find_fitting
from charity.models.intending import lock_intent_by_ref
from charity.models.wishes import Wish
from charity.services.pledges import intentions
from tests.kit import people
from tests.services import pool as p
from tests.services import town as t
from tests.services.town import MONDAY, Town

Asked = list[tuple[str, object]]
CATEGORIES = ("shoes", "coat", "books")


@pytest.fixture
def town(app: Flask, travel) -> Town:
    travel(MONDAY)
    people.put_demo_regions()
    return t.found_town()


def found(ref: str) -> str | None:
    with transaction() as tx:
        asked = lock_intent_by_ref(tx, ref)
        assert asked is not None
        fitting = find_fitting(tx, asked)
    return None if fitting is None else fitting.ref


def by_hand(wanted: Intention) -> str | None:
    """Find the least served wish that fits by looking at every one of them."""
    end_reading()
    fitting = [
        wish
        for wish in reading().scalars(select(Wish))
        if wish.state == "approved"
        and wish.hidden_at is None
        and wish.committed + wish.reserved < wish.wanted
        and wish.unit_fen <= wanted.most_fen
        and wanted.category in ("", wish.category)
        and wanted.stage in ("", wish.school_stage)
        and wish.county.startswith(wanted.region)
    ]

    def served(wish: Wish) -> tuple[bool, int, datetime, int]:
        taken = (wish.committed + wish.reserved) * PARTS // wish.wanted
        assert wish.published_at is not None
        return wish.committed > 0, taken, wish.published_at, wish.id

    return min(fitting, key=served).ref if fitting else None


def test_the_least_served_is_found_as_by_hand(town: Town) -> None:
    chance = random.Random(7)
    for _ in range(60):
        at = MONDAY - timedelta(hours=chance.randint(0, 2000))
        wanted = chance.randint(1, 6)
        committed = chance.choice((0, chance.randint(0, wanted), chance.randint(0, wanted)))
        reserved = chance.choice((0, 0, chance.randint(0, wanted - committed)))
        t.wish(
            town,
            site=True,
            wanted=wanted,
            committed=committed,
            reserved=reserved,
            unit_fen=chance.choice((20_00, 90_00, 130_00)),
            category=chance.choice(CATEGORIES),
            school_stage=chance.choice((None, "primary")),
            county=chance.choice(("990101", "990102")),
            state=chance.choice(("approved", "approved", "stale")),
            hidden_at=chance.choice((None, None, None, MONDAY)),
            published_at=at,
            wall_at=wall_at(at, taken=committed + reserved, wanted=wanted),
        )
    results: set[str | None] = set()
    for _ in range(30):
        wanted_now = Intention(
            category=chance.choice(("", *CATEGORIES)),
            stage=chance.choice(("", "primary")),
            region=chance.choice(("", "99", "9901", "990101", "990102")),
            most_fen=chance.choice((20_00, 100_00, 200_00)),
            units=1,
            until=MONDAY.date(),
        )
        donor = t.person()
        ref = intentions.leave(donor, intention=wanted_now)
        assert found(ref) == by_hand(wanted_now), wanted_now
        results.add(by_hand(wanted_now))
    assert len(results) > 6, "the lists differ enough to prove something"


@pytest.fixture
def asked(app: Flask) -> Iterator[Asked]:
    del app
    seen: Asked = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.backends("sqlite")
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({"category": ""}, "ix_wishes_wall"),
        ({}, "ix_wishes_wall_category"),
        ({"category": "", "region": "99"}, "ix_wishes_wall_province"),
        ({"category": "", "region": "9901"}, "ix_wishes_wall_city"),
        ({"category": "", "region": "990101"}, "ix_wishes_wall_county"),
    ],
)
def test_the_matcher_walks_along_the_wall(asked: Asked, town: Town, wanted: dict[str, str], index: str) -> None:
    del town
    ref = p.leave(t.person(), **wanted)
    asked.clear()
    found(ref)
    statement, parameters = next(each for each in asked if "wall_at" in each[0])
    with db.engine.connect() as connection:
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]  # pyright: ignore[reportArgumentType]
    assert any(line.endswith(f"USING INDEX {index}") or f"USING INDEX {index} " in line for line in plan), plan
    assert not any("TEMP B-TREE FOR ORDER BY" in line for line in plan), plan
