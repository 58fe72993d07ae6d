"""Which pages are looked at: for a visitor and for everybody of the demonstration, some of each kind they can reach."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from bench.asking import Client
from charity.cli.demo.cast import SHOWN, login_of

LANGUAGES = ("zh", "en")
VISITOR = "visitor"
# Pages no link leads to; what has gone has a page too.
UNLINKED = ("/nothing-here", "/password/forgot", "/password/reset", "/sign-up/code", "/concern/done")
# Forms that come back with what is wrong: nothing was filled in.
EMPTY = ("/sign-in", "/sign-up", "/concern", "/password/forgot")
OF_EACH_KIND = 3
MOST_OF_ONE_PERSON = 150
# What an opaque name, a number or a division's code in an address is, so that two wishes' pages are one kind.
_NAMES = re.compile(r"/(?:(?=[a-z]*[0-9])[0-9a-z]{13}|[0-9]+)(?=/|$)")


def one_wish(port: int) -> str:
    """Name the newest public wish."""
    _status, told = Client(port).api("GET", "/api/v1/wishes?limit=1")
    return str(told["items"][0]["id"])


def save_pages(port: int, password: str, folder: Path) -> int:
    """Save every kind of page in every language; give how many were saved."""
    number = 0
    for who in (VISITOR, *SHOWN):
        client = Client(port)
        if who != VISITOR:
            client.sign_in(login_of(who), password)
        for path, text in _pages(client, with_empty=who == VISITOR):
            number += 1
            name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:80]
            (folder / f"{number:04}-{who}-{name}.html").write_text(text, "utf-8")
    return number


def _pages(client: Client, *, with_empty: bool) -> Iterator[tuple[str, str]]:
    met = _reached(client)
    for path in met:
        for language in LANGUAGES:
            yield path, client.get(_in(path, language))[1]
    for path in EMPTY if with_empty else ():
        for language in LANGUAGES:
            client.read_token(_in(path, language))
            yield f"{path}-empty", client.send(path, {})[1]


def _in(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def _reached(client: Client) -> list[str]:
    waiting, met, kinds = ["/", *UNLINKED], dict[str, None](), Counter[str]()
    while waiting and len(met) < MOST_OF_ONE_PERSON:
        path = waiting.pop(0)
        kind = _NAMES.sub("/*", urlsplit(path).path)
        if path in met or kinds[kind] >= OF_EACH_KIND:
            continue
        _status, text = client.get(path)
        if text.lstrip().startswith("<!doctype html"):
            kinds[kind] += 1
            met[path] = None
            waiting += links(text, path)
    return list(met)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep where links lead."""
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def links(text: str, path: str) -> list[str]:
    """List the addresses of this site a page leads to, without those that only change its language."""
    reader = _Links()
    reader.feed(text)
    here = (urlsplit(urljoin(path, link)) for link in reader.found)
    own = (parts for parts in here if not parts.scheme and not parts.netloc and "lang=" not in parts.query)
    return [f"{parts.path}?{parts.query}" if parts.query else parts.path for parts in own]
