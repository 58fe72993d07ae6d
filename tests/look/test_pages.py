"""The kit in a real browser: nothing for axe to find, nothing sideways, nothing blocked, everything light."""

import re
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient

from tests.kit.browser import axe, open_page
from tests.look.samples import DONOR, sample_app

NARROW = {"width": 360, "height": 780}
WIDE = {"width": 1280, "height": 900}
SMALLEST_TARGET = 44
PAGE_BYTES, SHEET_BYTES, SCRIPT_BYTES, MOST_REQUESTS = 14_336, 10_240, 6_144, 6
# Links inside a sentence may be as high as their line; all others must be easy to hit.
TARGETS = """() => [...document.querySelectorAll('a, button, select, summary, input:not([type=hidden])')]
  .filter(e => e.checkVisibility() && !e.closest('p, td, th, .problems'))
  .filter(e => !e.matches('.skip, [type=checkbox], [type=radio], .card a'))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([_, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["360", "1280"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("who", "path"), [("visitor", "/wishes"), ("donor", "/sample")])
def test_pages_are_for_everybody(
    browser: Any, sample_sites: dict[str, str], who: str, path: str, language: str, size: dict[str, int], scheme: str
) -> None:
    page = open_page(browser, base=sample_sites[who], size=size, scripts=True, color_scheme=scheme)
    page.goto(f"{path}?lang={language}")
    if path == "/sample":
        page.eval_on_selector("form.form", "form => { form.noValidate = true }")
        page.click("form.form button[type=submit]")
        page.wait_for_selector("#problems:focus")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate(TARGETS) == []
    assert page.complaints == []
    page.context.close()


@pytest.mark.browser
def test_pages_stand_without_script(browser: Any, sample_sites: dict[str, str]) -> None:
    page = open_page(browser, base=sample_sites["visitor"], size=NARROW, scripts=False)
    page.goto("/sample")
    assert page.locator("form.form button").is_visible()
    assert not page.locator("[data-copy]").is_visible()
    page.context.close()


def packed(text: bytes) -> int:
    return len(brotli.compress(text, quality=5))


def fetched(client: FlaskClient, url: str) -> bytes:
    with client.get(url) as reply:
        return reply.data


def test_a_wall_is_light() -> None:
    client = sample_app().test_client()
    reply = client.get("/wishes")
    page = reply.get_data(as_text=True)
    links = re.findall(r'(?:src|<link rel="(?:stylesheet|icon)" href)="([^"]+)"', page)
    sheet, script = (next(link for link in links if link.endswith(end)) for end in (".css", ".js"))
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style
    assert packed(reply.data) <= PAGE_BYTES
    assert packed(fetched(client, sheet)) + packed(style[1].encode()) <= SHEET_BYTES
    assert packed(fetched(client, script)) <= SCRIPT_BYTES
    assert 1 + len(links) <= MOST_REQUESTS


def test_the_language_switch_keeps_the_page() -> None:
    page = sample_app().test_client().get("/wishes?kind=goods&lang=zh").get_data(as_text=True)
    assert 'lang="zh-CN"' in page
    assert "/wishes?kind=goods&amp;lang=en" in page


def test_the_language_of_a_visit_is_remembered() -> None:
    client = sample_app().test_client()
    assert 'lang="zh-CN"' in client.get("/wishes").get_data(as_text=True)
    client.get("/wishes?lang=en")
    assert 'lang="en"' in client.get("/wishes").get_data(as_text=True)
    assert 'lang="en"' in client.get("/wishes?lang=xx").get_data(as_text=True)


def test_the_foot_says_who_runs_it_and_what_it_costs() -> None:
    page = sample_app().test_client().get("/wishes").get_data(as_text=True)
    for words in ("主办单位", "备案号", "隐私政策", "儿童个人信息保护规则", "投诉举报", "平台绝不向您收费", "演示环境"):
        assert words in page


def test_the_menu_shows_what_exists_for_the_viewer() -> None:
    visitor = sample_app().test_client().get("/wishes").get_data(as_text=True)
    donor = sample_app(DONOR).test_client().get("/wishes").get_data(as_text=True)
    assert "登录" in visitor
    assert "我的认领" not in visitor
    assert "我的认领" in donor
    assert "监督核查" not in donor
