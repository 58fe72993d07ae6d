"""What anybody may know of the ranking: how often wishes are seen, which is unseen longest, which had no helper."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from charity.adapters.db import end_reading, transaction
from charity.domain.matching import PARTS
from charity.models.ranking import WishView
from charity.queries.figures import Figures, forget_figures, get_figures
from charity.services.circles import household, seats
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.client import Client

Travel = Callable[[datetime], None]
DAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh(app: Flask) -> Iterator[None]:
    forget_figures()
    yield
    forget_figures()


def add(count: int, *, seen: int = 0, county: str = v.COUNTY, days: int = 0, **changes: object) -> None:
    with transaction() as tx:
        v.add_regions(tx)
        poster = v.add_person(tx)
        for number in range(count):
            wish = v.add_public(tx, poster, f"wish {number}", at=DAY - timedelta(days=days), county=county, **changes)
            if seen:
                tx.session.add(WishView(wish_id=wish.id, parts=seen, first_at=DAY, last_at=DAY))


def figures() -> Figures:
    end_reading()
    forget_figures()
    return get_figures(with_demo=True)


def spread(found: Figures) -> dict[str, int | None]:
    return {row.code: row.count for row in found.seen}


def test_open_wishes_are_counted_by_how_often_they_were_seen(app: Flask) -> None:
    add(6, seen=PARTS - 1, days=3)
    add(5, seen=PARTS, days=50)
    add(7, seen=3 * PARTS)
    add(8, seen=40 * PARTS)
    add(9, seen=0, days=90, state="stale")
    found = figures()
    assert spread(found) == {"never": 6, "1-2": 5, "3-9": 7, "10+": 8}
    assert found.oldest_unseen_at == DAY - timedelta(days=3), "what has been seen, or is not open, is not unseen"


def test_what_only_a_circles_seats_may_give_waits_for_nobody_on_the_wall(app: Flask, travel: Travel) -> None:
    """A gift of a circle's month that falls out leaves a unit that stands on no wall: neither unmet nor unseen."""
    travel(r.APRIL)
    at = r.ground(3)
    ref = r.running(at, at.donors)
    travel(r.MAY)
    r.turn()
    seats.leave(at.donors[0], ref)
    household.refuse_person(at.village.volunteer, ref, r.seat_of(ref, at.donors[0]).ref)
    (wish,) = r.wishes(ref)
    assert (wish.state, wish.wanted - wish.committed) == ("approved", 1)
    found = figures()
    assert (found.oldest_unmet_at, found.oldest_unseen_at) == (None, None)
    add(5)
    found = figures()
    assert (found.oldest_unmet_at, found.oldest_unseen_at, found.wishes_open) == (DAY, DAY, 5)
    assert found.wishes_public == 6


def test_small_counts_take_a_neighbour_with_them(app: Flask) -> None:
    add(2, seen=PARTS)
    add(7, seen=3 * PARTS)
    add(9)
    add(8, seen=10 * PARTS)
    assert spread(figures()) == {"never": 9, "1-2": None, "3-9": None, "10+": 8}


def test_the_spread_does_not_tell_a_total_that_is_hidden(app: Flask) -> None:
    """Four open wishes in all: fewer than may be told, so that no other sum tells them either."""
    add(2, county=v.OTHER_COUNTY)
    add(2, county=v.COUNTY)
    found = figures()
    assert found.wishes_open is None
    assert set(spread(found).values()) == {None}


def test_wishes_that_ended_without_help_are_told_by_region_when_they_are_enough(app: Flask) -> None:
    add(5)
    with transaction() as tx:
        poster = v.add_person(tx)
        for county, count in ((v.COUNTY, 6), (v.OTHER_COUNTY, 7)):
            for _ in range(5):
                v.add_family(tx, poster, village=f"{county}001001")
            for number in range(count):  # one was withdrawn, one renewed: it counts all the same
                state = {0: "withdrawn", 1: "approved"}.get(number, "stale")
                v.add_public(tx, poster, "nobody came", at=DAY, county=county, state=state, unhelped_at=DAY)
        v.add_public(tx, poster, "helped and stale", at=DAY, state="stale", committed=1)
    found = figures()
    assert {row.county: row.unhelped_wishes for row in found.counties} == {v.COUNTY: 6, v.OTHER_COUNTY: 7}
    assert found.wishes_unhelped == 13
    with transaction() as tx:
        for number in range(2):
            v.add_public(tx, poster, f"far {number}", at=DAY, county="990203", state="stale", unhelped_at=DAY)
    hidden = figures()
    assert hidden.wishes_unhelped is not None
    told = [row.unhelped_wishes for row in hidden.counties]
    assert told.count(None) == 2, "a single small count is not left to subtraction"


def test_the_page_and_the_open_file_say_the_same(app: Flask, client: Client) -> None:
    add(6, days=2)
    add(6, seen=PARTS)
    forget_figures()
    page = client.get("/figures?lang=en").text
    for words in ("How often open wishes were seen", "Not yet seen", "Days the longest unseen wish has waited"):
        assert words in page
    lines = dict(line.split(",", 1) for line in client.get("/open/figures.csv").text.splitlines())
    assert lines["oldest_unseen_at"].startswith("2026-04-29")
    assert f"unhelped_wishes:{v.CITY}" in lines or f"unhelped_wishes:{v.COUNTY}" in lines
