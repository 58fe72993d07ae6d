"""A wall of random public wishes, its index, and what the rules of the domain say about every one of them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.ranking import index_path
from charity.adapters.wall_index import stamped_files
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.catalogue import list_categories
from charity.domain.kinds import Kind
from charity.domain.matching import (
    NO_AGE,
    Standing,
    Stated,
    Subject,
    place_in_line,
    region_lags,
    score,
    share_filled,
    time_used,
)
from charity.domain.ranking import USUAL_TERM, need_level
from charity.domain.school import shown_stage
from charity.jobs.ranking import build
from charity.models.catalogue import list_present
from charity.models.ranking import WishView
from charity.models.wishes import Wish
from tests.kit import village as v

GOODS = [category.code for category in list_categories(Kind.GOODS)]
STAGES = (None, "preschool", "primary", "junior")
COUNTIES = (v.COUNTY, v.OTHER_COUNTY)


@dataclass(frozen=True)
class Line:
    """A wish and what ranks it."""

    wish: Wish
    subject: Subject
    standing: Standing


def fill(poster: Actor, count: int, *, seed: int, families: tuple[int, ...] = ()) -> None:
    """Put random wishes onto the wall: some taken in part, some full, stale or hidden, some seen before."""
    chance = random.Random(seed)
    with transaction() as tx:
        for number in range(count):
            _one(tx, poster, chance, number, families)


def _one(tx: v.Tx, poster: Actor, chance: random.Random, number: int, families: tuple[int, ...]) -> None:
    at, wanted = tx.now - timedelta(minutes=chance.randint(1, 120_000)), chance.randint(1, 9)
    home = chance.choice([None, *families])
    wish = v.add_public(
        tx,
        poster,
        f"wish {number}",
        at=at,
        county=chance.choice(COUNTIES),
        beneficiary_kind="site" if home is None else "household",
        beneficiary="s0" if home is None else f"h{home}",
        household_id=home,
        category=chance.choice(GOODS),
        reason_code=chance.choice(["too-few-for-all", "lost-in-disaster", "worn-out"]),
        unit_fen=chance.choice([900, 5_000, 12_000]),
        wanted=wanted,
        committed=chance.choice([0, 0, chance.randint(0, wanted)]),
        school_stage=chance.choice(STAGES),
        stage_until=chance.choice([None, day_of(tx.now) - timedelta(days=1), day_of(tx.now)]),
        state=chance.choice(["approved"] * 9 + ["stale"]),
        act_by=chance.choice([None, tx.now + timedelta(minutes=chance.randint(1, 90_000))]),
        hidden_at=chance.choice([None] * 9 + [at]),
    )
    if chance.random() < 0.6:
        tx.session.add(WishView(wish_id=wish.id, parts=chance.randint(0, 5_000), first_at=at, last_at=at))


def lines(moment: datetime) -> list[Line]:
    """Read the open wishes with the rules of the domain alone, one by one."""
    end_reading()
    seen = {view.wish_id: view.parts for view in reading().scalars(select(WishView))}
    things = list_present(reading())
    open_wishes = [
        wish
        for wish in reading().scalars(select(Wish))
        if wish.state == "approved"
        and wish.hidden_at is None
        and wish.circle_id is None
        and wish.committed + wish.reserved < wish.wanted
    ]
    fares = {wish.id: _fare(wish, moment) for wish in open_wishes}
    lags = region_lags((_place(wish), *fares[wish.id]) for wish in open_wishes)
    return [
        Line(
            wish,
            Subject(
                id=wish.id,
                county=_place(wish),
                kind=wish.category,
                form=wish.kind,
                age=shown_stage(wish.school_stage, wish.stage_until, day_of(moment)) or NO_AGE,
                need=need_level(things, wish.category, wish.reason_code),
                household=wish.household_id or 0,
                unit_fen=wish.unit_fen,
            ),
            Standing(
                used=fares[wish.id][0],
                filled=fares[wish.id][1],
                has_helper=wish.committed > 0,
                seen=seen.get(wish.id, 0),
                lag=lags[_place(wish)],
            ),
        )
        for wish in open_wishes
    ]


def _fare(wish: Wish, moment: datetime) -> tuple[int, int]:
    assert wish.published_at is not None
    whole = [each.replace(microsecond=0) for each in (wish.published_at, wish.act_by or wish.published_at + USUAL_TERM)]
    used = time_used(whole[0], whole[1], moment.replace(microsecond=0))
    return used, share_filled(wanted=wish.wanted, taken=wish.committed + wish.reserved)


def _place(wish: Wish) -> str:
    """In these tests no county has five families: those of a family are named by their city."""
    return wish.county if wish.beneficiary_kind == "site" else f"{wish.city}00"


def best(found: list[Line], stated: Stated, *, budget_fen: int | None = None, units: int = 1) -> list[tuple[int, int]]:
    """Rank wishes by reading all of them: ids and points, best first."""
    may = [line for line in found if budget_fen is None or line.wish.unit_fen <= budget_fen]
    may = [line for line in may if line.wish.wanted - line.wish.committed - line.wish.reserved >= units]
    points = {line.subject.id: score(stated, line.subject, line.standing) for line in may}

    def key(line: Line) -> tuple[int, datetime, int]:
        assert line.wish.published_at is not None
        published = line.wish.published_at.replace(microsecond=0)
        return place_in_line(points[line.subject.id], published, line.subject.id)

    return [(line.subject.id, points[line.subject.id]) for line in sorted(may, key=key)]


@contextmanager
def indexed() -> Iterator[None]:
    """Build the index, and take it away afterwards: another test has other wishes."""
    path = index_path(current_app.extensions["settings"])
    end_reading()
    try:
        assert build(path) is not None
        yield
    finally:
        for each in (path, *stamped_files(path)):
            each.unlink(missing_ok=True)


def moment_of_index() -> datetime:
    """Give the moment at which the index was built, to the second, as its stamp says."""
    return now().replace(microsecond=0)
