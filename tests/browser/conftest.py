"""Journeys of people through the live site, each with scripts and without."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from charity.domain.actors import Actor
from tests.browser.eyes import Eyes
from tests.kit.browser import DESKTOP, PHONE
from tests.kit.servers import Server
from tests.kit.visits import signed_in

SESSION = "circle"


def session_of(app: Flask, actor: Actor) -> str:
    """Open a session for somebody whose signing in is not what the journey is about."""
    cookie = signed_in(app, actor).get_cookie(SESSION)
    assert cookie is not None
    return str(cookie.value)


@pytest.fixture(params=["scripts", "no-scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Run a journey with scripts, in Chinese, and without, in English."""
    return bool(request.param == "scripts")


def alternately(*, zh: bool) -> dict[str, Any]:
    """Say how to enter a journey that is walked once: in Chinese on a phone, or in English at a desktop."""
    return {"language": "zh", "size": PHONE} if zh else {"language": "en", "size": DESKTOP}


@pytest.fixture(scope="session")
def seen_pages() -> set[str]:
    """Remember which kinds of pages were looked at."""
    return set()


@pytest.fixture
def enter(
    app: Flask, live_server: Server, new_page: Callable[..., Any], scripts: bool, seen_pages: set[str]
) -> Iterator[Callable[..., Eyes]]:
    """Give `enter(who, size=PHONE)`: one more person comes to the site; at the end all they saw must be in order.

    The language is Chinese with scripts and English without, unless `language` says otherwise.
    """
    people: list[Eyes] = []
    # PICTURES=folder keeps each page met as a picture, phone and desktop, both languages, light and dark
    kept = os.environ.get("PICTURES", "")
    pictures = Path(kept) if kept and scripts else None

    def make(who: str, *, size: dict[str, int] = PHONE, by: Actor | None = None, language: str = "") -> Eyes:
        language = language or ("zh" if scripts else "en")
        page = new_page(size=size, scripts=scripts)
        cookies = {"lang": language} | ({} if by is None else {SESSION: session_of(app, by)})
        page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        eyes = Eyes(page, who=who, language=language, scripts=scripts, pictures=pictures, seen=seen_pages)
        people.append(eyes)
        return eyes

    yield make
    for eyes in people:
        eyes.settle()
