"""A visitor without an account: looks around, checks the book, reports a concern."""

from collections.abc import Callable

import pytest

from tests.browser import world
from tests.browser.eyes import Eyes
from tests.kit import village as v

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]


def test_a_visitor_checks_and_reports(enter: Callable[..., Eyes]) -> None:
    village = world.build()
    ref = v.published(village, v.BOOKS)
    world.settle_book()
    eyes = enter("visitor")
    eyes.go("/").follow("See the wishes")
    eyes.go(f"/wishes/{ref}").reads("What happened so far").to("main .journey a").reads("Is it really in the book?")
    eyes.reads("The signed checkpoint")
    eyes.menu("Book").reads("The newest checkpoint")
    eyes.menu("Figures").menu("Board")
    eyes.go("/concern?page=/book/1")
    eyes.fill(reason="other", words="The photo shows a face.", reply="neighbour@example.org")
    eyes.press("Report").reads("Case number")
    assert len(eyes.page.inner_text("main .next code")) >= 6
    for path in ("/privacy", "/children", "/terms", "/sign-in", "/sign-up", "/password/forgot"):
        eyes.go(path)


def test_the_language_changes_and_the_page_stays(enter: Callable[..., Eyes]) -> None:
    world.build()
    eyes = enter("visitor").go("/wishes?kind=goods")
    before, words = eyes.path, eyes.page.inner_text("h1")
    with eyes.page.expect_navigation():
        eyes.page.click(".tongues a")
    assert eyes.path.startswith(before)
    assert eyes.page.inner_text("h1") != words
