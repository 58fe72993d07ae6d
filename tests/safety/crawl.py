"""Walking the site as a search engine would: every link and known address, in every language, and what came back."""

import io
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.safety.forms import links_of
from tests.safety.samples import places
from tests.safety.visits import Visitor
from tests.safety.world import World

MOST_PAGES = 2000
# The same page with another filter shows the same kinds of things.
MOST_QUERIES = 3
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one request gave: its address, its headers, all its bytes (opened where they are packed)."""

    where: str
    told: bytes

    def names(self, secrets: Iterable[str]) -> list[str]:
        """List the secrets that stand in it."""
        return [f"{secret} in {self.where}" for secret in secrets if secret.encode() in self.told]


def crawl(
    app: Flask, world: World, visitor: Visitor, *, known: Callable[[str], bool], follow: bool = True
) -> Iterator[Seen]:
    """Visit the addresses of the endpoints `known` agrees to, and whatever they link to, in every language."""
    first = [url for place in places(app, "GET") if known(place.endpoint) for url in place.urls(world)]
    waiting, met, paths = [*first, "/"], set[str](), Counter[str]()
    while waiting and len(met) < MOST_PAGES:
        url = waiting.pop(0)
        if url in met or paths[urlsplit(url).path] > MOST_QUERIES:
            continue
        met.add(url)
        paths[urlsplit(url).path] += 1
        for language in LANGUAGES if not url.startswith("/photos/") else LANGUAGES[:1]:
            answer = visitor.get(_in(url, language))
            yield seen(answer, url)
            if follow and answer.mimetype == "text/html" and language == "zh":
                fresh = (link for link in _links(answer, url) if link not in met)
                waiting += [link for link in fresh if paths[urlsplit(link).path] < MOST_QUERIES]
    assert len(met) < MOST_PAGES, "the crawl does not end"


def seen(answer: TestResponse, url: str) -> Seen:
    """Keep all an answer tells."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return Seen(f"{url} ({answer.status_code})", f"{url}\n{headers}\n".encode() + _opened(answer.get_data()))


def _opened(data: bytes) -> bytes:
    if data.startswith(b"%PDF-"):
        return (
            data + subprocess.run(["pdftotext", "-raw", "-", "-"], input=data, capture_output=True, check=True).stdout
        )
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return data + b"\n".join(packed.read(name) for name in packed.namelist())


def _in(url: str, language: str) -> str:
    path, _, query = url.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name != "lang"]
    return f"{path}?{urlencode([*kept, ('lang', language)])}"


def _links(answer: TestResponse, url: str) -> Iterator[str]:
    for link in links_of(answer.get_data(as_text=True), url):
        parts = urlsplit(link)
        if not parts.netloc and not parts.path.startswith("/static/"):
            kept = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name not in {"lang", "next"}])
            yield f"{parts.path}?{kept}" if kept else parts.path


def leaks(found: Iterable[Seen], secrets: Collection[str]) -> list[str]:
    """List what stands where it must not, each once."""
    return sorted({name for each in found for name in each.names(secrets)})
