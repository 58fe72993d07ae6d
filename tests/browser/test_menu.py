"""The menu of one's work on a telephone: two rows, the rest one touch away, and never a script needed for it."""

from collections.abc import Callable

import pytest

from charity.adapters.db import transaction
from charity.domain.actors import Role
from tests.browser.eyes import Eyes
from tests.kit import village as v
from tests.kit.browser import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
ROW = 44
ROWS = f"() => Math.round(document.querySelector('.desk').getBoundingClientRect().height / {ROW})"
REST, ALL = ".more a", ".desk a"


def test_a_telephone_shows_two_rows_and_the_rest_at_a_touch(enter: Callable[..., Eyes]) -> None:
    village = v.build()
    with transaction() as tx:
        everybody = v.add_person(tx, *((role, v.TOWNSHIP) for role in (Role.VOLUNTEER, Role.REVIEWER, Role.AUDITOR)))
    for who, actor in (("reviewer", village.reviewer), ("donor", village.donor), ("several", everybody)):
        eyes = enter(who, by=actor).go("/account")
        assert eyes.page.evaluate(ROWS) <= 2
        summary = eyes.page.locator(".more summary")
        assert summary.text_content() == f"{eyes.say('More')} · {eyes.say('My account')}"  # where one is, though folded
        assert not eyes.page.locator(REST).first.is_visible()
        before = summary.bounding_box()
        summary.focus()
        eyes.page.keyboard.press("Enter")
        assert summary.bounding_box() == before  # a second touch on the same place closes it
        assert eyes.page.locator(f"{REST}[aria-current=page]").inner_text() == eyes.say("My account")
        assert all(link.is_visible() for link in eyes.page.locator(ALL).all())
        assert eyes.look("menu open").page.locator(REST).count() >= 3
        eyes.page.keyboard.press("Tab")
        assert eyes.page.evaluate("document.activeElement.matches('.more li:first-child a')")


def test_a_desk_shows_everything_at_once(enter: Callable[..., Eyes]) -> None:
    eyes = enter("reviewer", by=v.build().reviewer, size=DESKTOP).go("/account")
    assert all(link.is_visible() for link in eyes.page.locator(ALL).all())
    assert not eyes.page.locator(".more summary").is_visible()
    assert eyes.page.evaluate(ROWS) <= 2
