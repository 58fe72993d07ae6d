"""How often a reader counts: once for a wish in an hour, however many lists he fetches; and how long he is known."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.limits import address_key
from charity.domain.actors import Actor
from charity.domain.matching import PARTS
from charity.domain.ranking import unwatched
from charity.jobs.ranking import forget, sum_up
from charity.models.ranking import Impression, Look, WishView
from charity.web.kit.ranking import flush_lists
from tests.kit import village as v
from tests.kit import wall
from tests.kit.client import Client
from tests.kit.visits import signed_in

NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
TOKEN = re.compile(r'data-list="([^"]+)"')
HERE, THERE = "203.0.113.9", "203.0.113.10"
WISHES, LISTS = 5, 40


@pytest.fixture(autouse=True)
def poster(app: Flask, travel: Any) -> Actor:
    travel(NOW)
    app.extensions.pop("served_lists", None)
    with transaction() as tx:
        v.add_regions(tx)
        poster = v.add_person(tx)
        for number in range(WISHES):
            v.add_public(tx, poster, f"wish {number}", at=NOW - timedelta(days=1 + number))
        return poster


def visit(client: Client, address: str, *, lists: int = LISTS, scripts: bool = True) -> None:
    """Fetch so many lists and report all their cards, as often as the worker sums up in between."""
    seen_from = {"REMOTE_ADDR": address}
    places = ".".join(str(place) for place in range(WISHES))
    for number in range(lists):
        with wall.indexed():
            found = TOKEN.search(client.get(f"/wishes?kind=goods&n={number}", environ_base=seen_from).text)
        assert found is not None
        if scripts:
            client.post("/seen", data={"t": found[1], "p": places}, environ_base=seen_from)
        else:
            client.get("/seen.gif", query_string={"t": found[1]}, environ_base=seen_from)
        if number % 8 == 7:
            summed()


def summed() -> list[int]:
    flush_lists()
    while sum_up():
        pass
    end_reading()
    return sorted(reading().scalars(select(WishView.parts)))


def test_a_visitor_counts_once_an_hour_however_many_lists_he_fetches(client: Client, travel: Any) -> None:
    visit(client, HERE)
    assert summed() == [PARTS] * WISHES
    assert (reading().scalar(select(func.count()).select_from(Impression)) or 0) > WISHES, "they were other lists"
    visit(client, THERE)
    assert summed() == [2 * PARTS] * WISHES, "another visitor counts"
    travel(NOW + timedelta(hours=1))
    visit(client, HERE, lists=2)
    assert summed() == [3 * PARTS] * WISHES, "and the first one in another hour"


def test_who_is_signed_in_counts_by_his_account(app: Flask) -> None:
    with transaction() as tx:
        donors = [v.add_person(tx) for _ in range(3)]
    for donor in donors:
        visit(signed_in(app, donor), HERE, lists=3)
        visit(signed_in(app, donor), THERE, lists=3)
    assert summed() == [3 * PARTS] * WISHES


def test_without_a_script_it_is_the_same(client: Client) -> None:
    once = sorted(unwatched(place) for place in range(WISHES))
    visit(client, HERE, scripts=False)
    assert summed() == once
    visit(client, HERE, lists=2)
    assert summed() == once, "he is the same reader with a script"
    visit(client, THERE, lists=2, scripts=False)
    assert summed() == [2 * each for each in once]


def test_who_looked_is_a_digest_that_goes_within_two_days(client: Client, travel: Any) -> None:
    visit(client, HERE, lists=1)
    end_reading()
    reader = set(reading().scalars(select(Impression.reader)))
    key = address_key(HERE, current_app.config["SECRET_KEY"])
    assert len(reader) == 1
    assert not reader & {None, int(key[:16], 16)}, "not even what the limits know it by"
    summed()
    assert set(reading().scalars(select(Impression.reader))) == {None}, "who looked is forgotten with the sum"
    marks = set(reading().scalars(select(Look.mark)))
    assert len(marks) == WISHES
    assert not marks & reader, "what one reader saw is not told by equal digests"
    visit(client, THERE, lists=1)
    travel(NOW + timedelta(hours=25))
    forget()
    end_reading()
    assert list(reading().scalars(select(Look.mark))) == []
    assert set(reading().scalars(select(Impression.reader))) == {None}
