"""The ranked wall on a phone: each card says why; what was on screen counts once, without scripts by its place."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters import embedded
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.matching import PARTS
from charity.domain.ranking import unwatched
from charity.models.ranking import Impression, ServedList
from charity.services import interests
from tests.browser.conftest import SESSION, session_of
from tests.kit import browser as browsers
from tests.kit import home, servers, settings, wall
from tests.kit import village as v
from tests.kit.databases import Database

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
CARDS = 24


@pytest.fixture
def donor(app: Flask) -> Iterator[Actor]:
    with transaction() as tx:
        v.add_regions(tx)
        poster, donor = v.add_person(tx), v.add_person(tx)
        for number in range(40):
            v.add_public(
                tx, poster, f"课外读物第 {number} 套", at=tx.now - timedelta(hours=number), act_by=tx.now + timedelta(9)
            )
    interests.state(donor, kinds=("books",), need=2)
    with wall.indexed():
        yield donor


@pytest.fixture
def site(donor: Actor, database: Database, redis_server: embedded.Embedded, worker: str) -> Iterator[servers.Server]:
    """A server that writes its lists down by itself, as in real life."""
    environ = settings.environ(database.url, redis_url=redis_server.url, worker=worker)
    server = servers.start(environ | {"LISTS_FLUSH_SECONDS": "1"}, home.here() / f"ranking-{worker}.log")
    yield server
    server.stop()


@pytest.fixture
def visit(browser: Any, site: servers.Server) -> Iterator[Callable[..., Any]]:
    pages: list[Any] = []

    def make(*, scripts: bool, by: str = "") -> Any:
        pages.append(browsers.open_page(browser, base=site.url, size=browsers.PHONE, scripts=scripts))
        if by:
            pages[-1].context.add_cookies([{"name": SESSION, "value": by, "url": site.url}])
        assert pages[-1].goto("/wishes?lang=zh").status == 200
        return pages[-1]

    yield make
    for page in pages:
        page.context.close()


def seen(count: int) -> list[tuple[int, int]]:
    """Wait until so many impressions and their list are written down, and give places and parts."""
    until = time.monotonic() + 15
    while True:
        end_reading()
        rows = reading().execute(select(Impression.place, Impression.parts).order_by(Impression.place)).all()
        is_logged = reading().scalars(select(ServedList.ref)).first() is not None
        if (len(rows) >= count and is_logged) or time.monotonic() > until:
            return [(row.place, row.parts) for row in rows]
        time.sleep(0.1)


def test_what_was_on_screen_counts_once(visit: Callable[..., Any], axe: browsers.Axe) -> None:
    page = visit(scripts=True)
    first = page.locator("[data-list] > li").first
    first.scroll_into_view_if_needed()
    met = seen(1)
    assert met
    assert all(parts == PARTS for _place, parts in met)
    assert len(met) < CARDS, "what is further down was not on screen"
    assert met[0][0] == 0
    page.locator("[data-list] > li").nth(CARDS - 1).scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    first.scroll_into_view_if_needed()
    page.goto("/terms")  # leaving tells the rest
    last = seen(len(met) + 1)
    assert (CARDS - 1, PARTS) in last
    assert len({place for place, _parts in last}) == len(last)
    assert page.complaints == []
    assert axe(page) == []


def test_without_scripts_a_list_counts_by_its_places(visit: Callable[..., Any]) -> None:
    page = visit(scripts=False)
    assert page.locator("[data-list] > li").count() == CARDS
    assert seen(CARDS) == [(place, unwatched(place)) for place in range(CARDS)]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_card_says_why_on_a_phone(
    app: Flask, donor: Actor, visit: Callable[..., Any], axe: browsers.Axe, scripts: bool
) -> None:
    page = visit(scripts=scripts, by=session_of(app, donor))
    assert page.get_by_role("heading", name="为您推荐").is_visible()
    why = page.locator(".why").first
    why.locator("summary").first.click()
    assert "它是您选择想帮助的物品。" in why.inner_text()
    why.locator("details summary").click()
    points = [int(text) for text in why.locator("td").all_inner_texts()]
    assert len(points) == 11
    assert sum(points[:-1]) == points[-1]
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(page) == []
