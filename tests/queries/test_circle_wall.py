"""The wall of circles: every circle that looks for donors is on some page, where help is fewest first."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import VISITOR
from charity.domain.errors import Invalid
from charity.domain.regions import city_of, province_of
from charity.models.circles import Circle
from charity.models.households import Household
from charity.queries.circles.wall import CirclePage, list_public
from tests.kit import ring, village
from tests.kit.client import Client
from tests.kit.ring import Ground

ELSEWHERE = "990202"


@pytest.fixture
def at(app: Flask) -> Ground:
    del app
    return ring.ground(1)


def formed(at: Ground, *taken: int) -> list[str]:
    """Form circles with so many seats taken, each a day younger than the one before."""
    refs = [ring.formed(at, family=ring.another(at), promise=ring.LETTERS) for _ in taken]
    with transaction() as tx:
        for days, (ref, count) in enumerate(zip(refs, taken, strict=True)):
            since = tx.now - timedelta(days=100 - days)
            tx.session.execute(update(Circle).where(Circle.ref == ref).values(taken=count, proposed_at=since))
    return refs


def move(ref: str, county: str = ELSEWHERE) -> None:
    """Let a circle and its family live in another county."""
    with transaction() as tx:
        places = {"province": province_of(county), "city": city_of(county), "county": county}
        tx.session.execute(update(Circle).where(Circle.ref == ref).values(region_code=county + "001001", **places))
        whose = select(Circle.household_id).where(Circle.ref == ref).scalar_subquery()
        tx.session.execute(update(Household).where(Household.id == whose).values(county=county))


def page(**asked: str | int | None) -> CirclePage:
    end_reading()
    return list_public(VISITOR, **asked)  # type: ignore[arg-type]


def refs_of(found: CirclePage) -> list[str]:
    return [card.ref for card in found.cards]


def test_the_least_taken_come_first_then_the_longest_open(at: Ground) -> None:
    refs = formed(at, 2, 0, 1, 0, 3)
    assert refs_of(page()) == [refs[1], refs[3], refs[2], refs[0]]  # the full one looks for nobody


def test_page_after_page_shows_every_circle_once(at: Ground) -> None:
    refs = formed(at, 2, 0, 1, 0, 2, 1, 0)
    seen, cursor = list[str](), None
    while True:
        found = page(cursor=cursor, limit=2)
        seen += refs_of(found)
        if (cursor := found.next) is None:
            break
    assert seen == [refs[number] for number in (1, 3, 6, 2, 5, 0, 4)]


def test_a_place_shows_its_own_circles_and_a_small_county_none(at: Ground) -> None:
    refs = formed(at, *[0] * 6)
    move(refs[0])
    assert refs_of(page(region="9902")) == refs[:1]  # its city is named
    assert refs_of(page(region=ELSEWHERE)) == []  # one family alone is not found by its county
    assert refs_of(page(region=village.COUNTY)) == refs_of(page(region=village.VILLAGE)) == refs[1:]
    assert refs_of(page(region="98")) == []


@pytest.mark.parametrize(
    "cursor", ["", "!", "bm9uZQ", "MHwyMDI2LTAxLTAxfDE", "MHwyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwfC0x"]
)
def test_a_made_up_cursor_is_refused(at: Ground, cursor: str) -> None:
    del at
    with pytest.raises(Invalid):
        page(cursor=cursor)


def test_the_page_leads_to_the_next_and_back(at: Ground, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_public, "__kwdefaults__", {"region": "", "cursor": None, "limit": 2})
    refs = formed(at, 0, 0, 1)
    first = client.get("/circles?region=99&lang=en").text
    found = re.search(r'rel="next" href="([^"]+)"', first)
    assert found and f"/circles/{refs[0]}" in first and f"/circles/{refs[2]}" not in first
    second = client.get(found[1].replace("&amp;", "&"))
    assert f"/circles/{refs[2]}" in second.text and 'href="/circles?region=99"' in second.text
    assert "Back to the first page" in client.get(found[1].replace("&amp;", "&") + "&lang=en").text
    assert f"region={village.COUNTY}" in client.get(f"/circles?region={village.COUNTY}").text
    for wrong in ("region=abc", "cursor=x"):
        answer = client.get(f"/circles?{wrong}&lang=en")
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)


def test_whoever_is_signed_in_asks_no_more_for_a_longer_page(at: Ground) -> None:
    asked = list[int]()
    for _ in range(2):
        formed(at, 0, 1)
        end_reading()
        with village.counting() as questions:
            list_public(at.donors[0])
        asked.append(len(questions))
    assert asked[0] == asked[1]
