"""Reading a page as a browser does: its forms with their fields, its links, its words, and what is wrong with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as SENTENCES

TEXTS = frozenset({"text", "search", "email", "tel", "password", "number", "date", "hidden", "url", "textarea"})
SKIPPED = frozenset({"script", "style", "template"})
_NAMESPACE = re.compile(r"\{[^}]*\}")
_FORM = re.compile(r"<form\b.*?</form\s*>", re.DOTALL | re.IGNORECASE)


@dataclass(slots=True)
class Field:
    """One field: its name, its type, what stands in it, and what can be chosen."""

    name: str
    type: str
    value: str
    options: list[str] = field(default_factory=list)
    checked: bool = False


@dataclass(slots=True)
class Form:
    """One form of a page."""

    page: str
    action: str
    method: str
    fields: list[Field]

    @property
    def path(self) -> str:
        """Give the address it is sent to, without what follows the question mark."""
        return urlsplit(self.action).path


@dataclass(slots=True)
class Page:
    """A page as it was parsed."""

    url: str
    root: Element
    errors: list[str]

    def forms(self) -> list[Form]:
        """List the forms."""
        return [_form(self.url, found) for found in self.root.iter("form")]

    def words(self) -> Iterator[tuple[Element, str]]:
        """List the texts and the attributes that people read or hear, each with its element."""
        yield from _words(self.root)


def read(html: str, url: str = "/") -> Page:
    """Parse a page; errors name what a strict parser refuses."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    errors = [f"line {where[0]}: {SENTENCES.get(code, code) % given}" for where, code, given in parser.errors]
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = _NAMESPACE.sub("", element.tag)
    return Page(url, root, errors)


def forms_of(html: str, url: str = "/") -> Iterator[Form]:
    """List the forms of a page that is whole (see test_pages.py), without parsing what stands around them."""
    for found in _FORM.findall(html):
        yield from read(f"<!doctype html><body>{found}", url).forms()


class _Links(HTMLParser):
    """Collects where a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of a link."""
        if tag in {"a", "area", "link"} and (href := dict(attrs).get("href")):
            self.found.append(href)


def links_of(html: str, url: str = "/") -> list[str]:
    """List the addresses a page leads to."""
    links = _Links()
    links.feed(html)
    links.close()
    return [urljoin(url, href) for href in links.found]


def _form(url: str, element: Element) -> Form:
    fields: dict[str, Field] = {}
    for found in element.iter():
        name = found.get("name")
        if name and found.tag in {"input", "select", "textarea", "button"} and found.get("disabled") is None:
            _add(fields, name, found)
    return Form(
        url, urljoin(url, element.get("action") or url), (element.get("method") or "get").lower(), [*fields.values()]
    )


def _add(fields: dict[str, Field], name: str, found: Element) -> None:
    kind = str(found.tag) if found.tag != "input" else (found.get("type") or "text").lower()
    value = found.get("value") or ""
    if kind == "textarea":
        fields[name] = Field(name, kind, (found.text or "").removeprefix("\n"))
    elif kind == "select":
        options = [option.get("value", option.text or "") for option in found.iter("option")]
        chosen = [o.get("value", "") for o in found.iter("option") if o.get("selected") is not None]
        fields[name] = Field(name, kind, chosen[0] if chosen else "", options)
    elif kind in {"radio", "checkbox", "button", "submit"}:
        known = fields.setdefault(name, Field(name, "button" if kind == "submit" else kind, ""))
        known.options.append(found.get("value", "y"))
        if found.get("checked") is not None:
            known.value, known.checked = found.get("value", "y"), True
    else:
        fields[name] = Field(name, kind, value)


def _words(element: Element) -> Iterator[tuple[Element, str]]:
    if not isinstance(element.tag, str) or element.tag in SKIPPED:
        return
    for name in ("alt", "title", "aria-label", "placeholder", "content"):
        if (said := element.get(name)) and (name != "content" or element.get("name") == "description"):
            yield element, said
    if element.text and element.text.strip():
        yield element, element.text
    for child in element:
        yield from _words(child)
        if child.tail and child.tail.strip():
            yield element, child.tail
