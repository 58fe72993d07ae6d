"""Every page as everybody sees it: well formed, tied together, and in one language."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from tests.kit import village as v
from tests.safety import world as w
from tests.safety.forms import Page, read
from tests.safety.organisations import OF_MONEY, OF_PAYEES
from tests.safety.samples import places
from tests.safety.visits import BEGUN, Visitor, beginners, people_for, visitors
from tests.safety.words import has_chinese
from tests.safety.world import World

pytestmark = [pytest.mark.backends("sqlite"), pytest.mark.timeout(240)]
LABELLED = {"select", "textarea"}
SILENT = {"hidden", "submit", "button", "image", "reset"}
# What people wrote or are called stays in its own language on every page.
DATA = (
    *w.SECRETS,
    *w.TITLES,
    *OF_MONEY,
    *OF_PAYEES,
    *("今秋核桃仁", "今秋核桃", "共读时光十小时", "鹭洲中心校", "带壳", "每次一小时", "备案2026-77", "民政局"),
    *("每月两小时数学辅导", "自家的核桃", "钥匙扣", "民政厅"),
    *v.NAMES.values(),
    *(w.NOTE, w.GROUNDS, w.CONCERN, w.NAME_CONCERN, w.REPLY, w.DISPUTE, w.OTHER_FAMILY, w.SAME_NAME),
    *(w.NICKNAME, w.PUBLIC_NAME, w.OTHER_NICKNAME, w.CAMPAIGN, *w.BASIS, w.COAT.details, "网友", "同心圆", "二店"),
)
# A language is named in its own words.
OWN_NAMES = ("中文",)
CHINESE_RUN = re.compile(r"[\u3400-\u9fff]+")
ENGLISH_RUN = re.compile(r"\b[A-Za-z][a-z]+(?:[ ,]+[A-Za-z]?[a-z]+){2,}")
# English on purpose: standards by their names, and what stands in files as it is.
ENGLISH_ALLOWED = re.compile(r"Merkle|C2SP|RFC|Bearer|Idempotency")


def shown(app: Flask, world: World, language: str) -> Iterator[tuple[str, Page]]:
    """Visit every page in a language, each kind of page once for each who may see it."""
    known = visitors(app, world) | beginners(app, world)
    for name, (_, _, url) in BEGUN.items():
        yield from _page(known[name], name, url, language)
    for place in places(app, "GET"):
        if place.endpoint == "static" or place.rule.rule.startswith("/api/"):
            continue
        for name in people_for(place, world):
            for url in place.urls(world):
                yield from _page(known[name], name, url, language)


def _page(visitor: Visitor, name: str, url: str, language: str) -> Iterator[tuple[str, Page]]:
    answer = visitor.get(f"{url}{'&' if '?' in url else '?'}lang={language}")
    if answer.mimetype == "text/html" and answer.status_code != 302:
        yield f"{url} as {name} ({answer.status_code})", read(answer.get_data(as_text=True), url)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_whole_tied_together_and_in_its_language(world: World, app: Flask, language: str) -> None:
    problems: list[str] = []
    count = 0
    for where, page in shown(app, world, language):
        count += 1
        problems += [f"{where}: {problem}" for problem in (*page.errors, *untied(page.root), *mixed(page, language))]
    assert not problems, listed(problems)
    assert count > 200


def listed(problems: list[str]) -> str:
    return "\n".join([f"{len(problems)} problems", *sorted(set(problems))[:40]])


def untied(root: Element) -> Iterator[str]:
    """List what a page does not tie together: ids, labels, descriptions, its language, its one heading."""
    ids = Counter(found.get("id") for found in root.iter() if found.get("id"))
    yield from (f"id {name} stands {count} times" for name, count in ids.items() if count > 1)
    if not (root.get("lang") or "").startswith(("zh", "en")):
        yield "tells no language"
    if len(list(root.iter("h1"))) != 1:
        yield f"has {len(list(root.iter('h1')))} main headings"
    if not "".join(root.find("head/title").itertext()).strip():  # type: ignore[union-attr]
        yield "has no title"
    labelled = {label.get("for") for label in root.iter("label")}
    inside = {child for label in root.iter("label") for child in label.iter()}
    for found in root.iter():
        yield from _unlabelled(found, labelled, inside)
        for name in ("for", "aria-describedby", "aria-labelledby", "list"):
            for wanted in (found.get(name) or "").split():
                if wanted not in ids:
                    yield f"{found.tag} {name}={wanted} leads nowhere"
        if found.tag == "img" and found.get("alt") is None:
            yield f"img {found.get('src')} has no alt"
        if found.tag == "button" and not ("".join(found.itertext()).strip() or found.get("aria-label")):
            yield "a button says nothing"


def _unlabelled(found: Element, labelled: set[str | None], inside: set[Element]) -> Iterator[str]:
    is_asked = found.tag in LABELLED or (found.tag == "input" and (found.get("type") or "text") not in SILENT)
    if is_asked and found.get("id") not in labelled and found not in inside and not found.get("aria-label"):
        yield f"{found.tag} {found.get('name')} has no label"


def spoken(page: Page) -> Iterator[str]:
    """List the texts of a page that are not marked as another language."""
    own = (page.root.get("lang") or "")[:2]
    foreign = {
        child for found in page.root.iter() if (found.get("lang") or own)[:2] != own for child in found.iter()
    } | {
        child
        for found in page.root.iter()
        if found.tag in {"code", "pre", "textarea", "samp"}
        for child in found.iter()
    }
    for element, text in page.words():
        if element not in foreign:
            yield " ".join(text.split())


def not_chinese(text: str) -> str:
    """Give the English sentence in a text of a Chinese page, if there is one."""
    found = ENGLISH_RUN.search(text)
    return found[0] if found and not ENGLISH_ALLOWED.search(text) else ""


def not_english(text: str) -> str:
    """Give what is Chinese in a text of an English page beyond names and other people's words."""
    for said in sorted((*DATA, *OWN_NAMES), key=len, reverse=True):
        text = text.replace(said, "")
    found = CHINESE_RUN.search(text)
    return found[0] if found else ""


def mixed(page: Page, language: str) -> Iterator[str]:
    """List what a page says in another language than its own."""
    wrong = not_chinese if language == "zh" else not_english
    yield from (f"says {found!r}" for text in spoken(page) if (found := wrong(text)))


def test_what_is_wrong_is_seen() -> None:
    """The control: a page with every fault."""
    html = "<!doctype html><html><title></title><p id=a><label for=b>x</label><input name=c><p id=a><img src=d><b></p>"
    page = read(html)
    assert page.errors
    said = " ".join(untied(page.root))
    for problem in (
        "id a stands 2 times",
        "no language",
        "main headings",
        "no title",
        "c has no label",
        "for=b",
        "no alt",
    ):
        assert problem in said
    page = read("<html lang=zh><p>This wish is open now</p></html>")
    assert list(mixed(page, "zh")) == ["says 'This wish is open now'"]
    assert not_chinese("请看 This wish is open now")
    assert not not_chinese("同心圆 N+1")
    assert not_english("Wish: 心愿单")
    assert not not_english(f"Wish: {w.BOOKS.title}")
    assert has_chinese("心愿")
