"""The browser fixtures: a phone and a desktop at a live site, with and without scripts."""

from typing import Any

import pytest

from tests.kit.browser import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.backends("sqlite")]


def test_a_phone_and_a_desktop_reach_the_site(phone_page: Any, desktop_page: Any) -> None:
    for page, size in ((phone_page, PHONE), (desktop_page, DESKTOP)):
        assert page.goto("/healthz").status == 200
        page.set_content("<meta name=viewport content='width=device-width'><p>")
        assert page.evaluate("[innerWidth, innerHeight]") == [size["width"], size["height"]]


def test_without_scripts_there_are_none(phone_page_no_script: Any) -> None:
    phone_page_no_script.set_content("<p id=p>before</p><script>p.textContent = 'after'</script>")
    assert phone_page_no_script.text_content("#p") == "before"


def test_axe_sees_a_planted_fault(desktop_page: Any, axe: Any) -> None:
    desktop_page.set_content("<html lang=zh><title>t</title><main><h1>h</h1><img src='data:,'></main></html>")
    assert any(problem.startswith("image-alt") for problem in axe(desktop_page))
