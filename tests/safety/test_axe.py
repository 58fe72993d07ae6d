"""Every address that shows a page, opened once in a browser on a phone, in Chinese, and looked at by axe."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask

from tests.browser.eyes import ALL_RULES, AXE
from tests.kit.servers import Server
from tests.safety.samples import Place, places
from tests.safety.visits import BEGUN, Visitor, beginners, people_for, visitors
from tests.safety.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
# What answers with something else than a page, each with what it is.
NO_PAGES: dict[str, str] = {
    **dict.fromkeys(("api_boards.show", "api_inbox.mine", "api_pledges.mine", "api_pledges.show"), "application/json"),
    **dict.fromkeys(
        ("api_organisations.wall", "api_organisations.show", "api_organisations.agreements"), "application/json"
    ),
    **dict.fromkeys(
        (
            "api_batches.show",
            "api_circles.wall",
            "api_circles.show",
            "api_concerns.show",
            "api_hours.terms",
            "api_hours.meetings",
        ),
        "application/json",
    ),
    **dict.fromkeys(
        tuple(f"api_own_organisations.{name}" for name in ("mine", "money", "agreements")), "application/json"
    ),
    **dict.fromkeys(("api_payees.payee", "api_consents.ending", "api_consents.said"), "application/json"),
    **dict.fromkeys(("api_family_payees.family", "api_family_payees.to_tell"), "application/json"),
    **dict.fromkeys(("api_registers.own", "api_registers.show", "api_registers.home"), "application/json"),
    **dict.fromkeys(tuple(f"api_county_lists.{name}" for name in ("mine", "show", "rows")), "application/json"),
    **dict.fromkeys(("api_catalogue.show", "api_catalogue.item"), "application/json"),
    **dict.fromkeys(("api_circles.wall", "api_circles.show"), "application/json"),
    **dict.fromkeys(("api_spec.openapi", "api_wishes.wall", "api_wishes.show"), "application/json"),
    **dict.fromkeys(("account_profile.download", "public_book.entry", "health.ready"), "application/json"),
    **dict.fromkeys(("auditor_pledges.slip", "reviewer_confirmations.slip"), "image/webp"),
    **dict.fromkeys(("public_photos.show", "volunteer_wishes.photo"), "image/webp"),
    **dict.fromkeys(("health.alive", "observe.figures", "public_book.checkpoint"), "text/plain"),
    **dict.fromkeys(("reviewer_lists.cards", "reviewer_lists.poster"), "application/pdf"),
    **dict.fromkeys(("donor_papers.slip", "donor_papers.certificate"), "application/pdf"),
    **dict.fromkeys(("volunteer_papers.parcels", "public_wish_sheets.cards"), "application/pdf"),
    "volunteer_registers.sheet": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    **dict.fromkeys(("volunteer_registers.paper", "volunteer_households.card"), "application/pdf"),
    "reviewer_basis.download": "application/pdf",
    "public_open_data.take": "text/csv",
    "public_seen.dot": "image/gif",
    "public_wishes.share": "image/png",
}


class Phones:
    """One phone for each person, so that nobody signs in twice."""

    def __init__(self, new_page: Callable[..., Any], url: str, known: dict[str, Visitor]) -> None:
        self._new_page, self._url, self._known = new_page, url, known
        self._pages: dict[str, Any] = {}

    def problems(self, name: str, path: str) -> list[str]:
        """Open an address as somebody, and tell what axe finds."""
        page = self._of(name)
        page.complaints.clear()
        answer = page.goto(path)
        if answer.status != 200:
            return [f"{answer.status} in the browser"]
        return [*page.evaluate(AXE, ALL_RULES), *page.complaints]

    def _of(self, name: str) -> Any:
        if name not in self._pages:
            page = self._pages[name] = self._new_page()
            page.context.add_init_script(AXE_SCRIPT)
            cookie = self._known[name].client.get_cookie("circle", domain="localhost")
            said = {"lang": "zh"} | ({} if cookie is None else {"circle": cookie.value})
            page.context.add_cookies([{"name": n, "value": v, "url": self._url} for n, v in said.items()])
        return self._pages[name]


def first_page(place: Place, world: World, known: dict[str, Visitor]) -> tuple[str, str] | None:
    """Find who sees a page at which of a place's addresses; None where nobody sees any."""
    begun = {url: name for name, (_, _, url) in BEGUN.items()}
    people = people_for(place, world)
    for url in place.urls(world):
        for name in [begun[url]] if url in begun else people:
            answer = known[name].get(url)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                return name, url
    return None


def addresses(app: Flask, world: World, known: dict[str, Visitor]) -> Iterator[tuple[str, tuple[str, str] | None]]:
    """List every endpoint that answers to GET, with who sees a page there and at which address."""
    for place in places(app, "GET"):
        if place.endpoint != "static":
            yield place.endpoint, first_page(place, world, known)


def test_axe_finds_nothing_on_any_page_of_the_site(
    world: World, app: Flask, live_server: Server, new_page: Callable[..., Any]
) -> None:
    known = visitors(app, world) | beginners(app, world)
    phones, seen, unseen = Phones(new_page, live_server.url, known), set[str](), set[str]()
    problems: list[str] = []
    for endpoint, found in addresses(app, world, known):
        if found is None:
            unseen.add(endpoint)
        elif endpoint not in seen:
            seen.add(endpoint)
            problems += [f"{endpoint} ({found[1]}): {problem}" for problem in phones.problems(*found)]
    assert not problems, "\n".join(problems[:40])
    # A page that nobody could open would stay unseen: it needs a sample in which it shows itself.
    assert unseen - seen == NO_PAGES.keys()


def test_what_is_exempt_is_no_page(world: World, app: Flask) -> None:
    known, answered = visitors(app, world), dict[str, str]()
    for place in places(app, "GET"):
        if place.endpoint in NO_PAGES:
            answers = [known[name].get(place.url(world)) for name in people_for(place, world)]
            answer = next((one for one in answers if one.status_code == 200), answers[0])
            assert answer.status_code == 200, place.endpoint
            answered[place.endpoint] = str(answer.mimetype)
    assert answered == NO_PAGES


def test_the_same_look_finds_what_is_wrong(world: World, live_server: Server, new_page: Callable[..., Any]) -> None:
    """The control: a picture without words and a field without a label on one of our own pages."""
    page = new_page()
    page.context.add_init_script(AXE_SCRIPT)
    page.goto(f"{live_server.url}/privacy")
    assert page.evaluate(AXE, ALL_RULES) == []
    page.evaluate("document.querySelector('main').append(new Image(), document.createElement('input'))")
    rules = {problem.split(":")[0] for problem in page.evaluate(AXE, ALL_RULES)}
    assert {"image-alt", "label"} <= rules
