"""How much a first visit weighs on a phone, measured on the wire: the budget of every public page."""

import re
from collections.abc import Callable
from typing import Any

import brotli
import pytest

from charity.adapters import photos
from charity.web.kit.pictures import photo_store
from tests.browser import world
from tests.browser.weight import weigh
from tests.kit import village as v
from tests.kit.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
KB = 1024
PAGE, SHEETS, SCRIPTS, PICTURE, VISIT, ANSWERS = 14 * KB, 10 * KB, 6 * KB, 30 * KB, 100 * KB, 6
BELOW = "() => [...document.images].filter(i => i.complete && i.getBoundingClientRect().top > innerHeight).length"
PATHS = (
    *("/", "/wishes", "/wishes/where", "/boards", "/figures", "/book", "/book/1"),
    *("/concern", "/privacy", "/children", "/terms", "/sign-in", "/sign-up"),
)


def photographed(village: v.Village, tmp_path: Any) -> str:
    """Publish a wish with a picture that really lies in the store."""
    with world.picture(tmp_path).open("rb") as upload:
        return v.published(village, picture=photos.take_in(upload, photo_store()))


def test_every_public_page_is_light(new_page: Callable[..., Any], live_server: Server, tmp_path: Any) -> None:
    village = world.build()
    wish = photographed(village, tmp_path)
    v.published(village, v.BOOKS)
    world.settle_book()
    heavy: list[str] = []
    for path in (*PATHS, f"/wishes/{wish}"):
        page = new_page()
        heavy += [f"{path}: {problem}" for problem in too_much(page, path)]
        page.context.close()
    assert heavy == []


def too_much(page: Any, path: str) -> list[str]:
    """Tell by how much a page is over its budget; pictures further down are fetched only as somebody scrolls."""
    visit = weigh(page, path)
    style = re.search(r"<style>(.*?)</style>", page.content(), re.S)
    assert style is not None
    measured = {
        "page": (visit.sizes["page"], PAGE),
        "sheets": (visit.sizes["sheet"] + len(brotli.compress(style[1].encode(), quality=4)), SHEETS),
        "scripts": (visit.sizes["script"], SCRIPTS),
        "largest picture": (visit.largest_picture, PICTURE),
        "visit": (visit.total, VISIT),
        "answers": (visit.requests - page.evaluate(BELOW), ANSWERS),
    }
    return [f"{what} {size} of {most}" for what, (size, most) in measured.items() if size > most]
