"""script/quality looks at what it says: links of this site, findings by kind, marks below what is asked."""

import json
from typing import Any

import pytest

from charity.adapters.settings import ROOT
from quality import lighthouse, nu, pages


class _Site:
    """A site whose pages are written down."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts
        self.asked: list[str] = []

    def get(self, path: str) -> tuple[int, str]:
        self.asked.append(path)
        return 200, self._texts.get(path, "a file")


def test_links_stay_on_the_site_and_in_its_language() -> None:
    text = (
        '<a href="/wishes?kind=goods#top">w</a><a href="book">b</a><a href="?lang=en">e</a>'
        '<a href="https://other.example/">o</a><a href="mailto:x@example.org">m</a><link href="/static/x.css">'
    )
    assert pages.links(text, "/boards") == ["/wishes?kind=goods", "/book"]


def test_some_of_each_kind_of_page_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    wishes = [f"/wishes/{number:012}x" for number in range(9)]
    home = "<!doctype html>" + "".join(f'<a href="{path}">w</a>' for path in (*wishes, "/data.json", "/book"))
    site: Any = _Site({"/": home, "/book": "<!doctype html>", **dict.fromkeys(wishes, "<!doctype html>")})
    met = pages._reached(site)
    assert met == ["/", *wishes[: pages.OF_EACH_KIND], "/book"]


def test_a_finding_is_told_once_for_all_pages() -> None:
    message = {"type": "info", "subType": "warning", "message": "Oh", "extract": "<p\n>", "lastLine": 3}
    told = nu.tell([message | {"url": "file:/x/1.html"}, message | {"url": "file:/x/2.html"}])
    assert told == ["warning: Oh  2 times, first in 1.html:3  <p >"]


def test_a_mark_below_what_is_asked_is_missed() -> None:
    assert lighthouse._missed(dict(lighthouse.LEAST)) == []
    assert lighthouse._missed(lighthouse.LEAST | {"performance": 97}) == ["performance"]


def test_the_tools_are_pinned_by_digest_and_name_no_registry() -> None:
    text = (ROOT / "quality" / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert all(each.get("integrity") for name, each in packages.items() if name)
    assert '"resolved"' not in text
    assert packages[""]["dependencies"] == json.loads((ROOT / "quality" / "package.json").read_text())["dependencies"]
