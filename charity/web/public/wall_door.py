"""An early door for the wall: what visitors' pages have in common is drawn once, what differs is read for each answer.

A page of the wall is a frame with cards, the token of its list, the way onward and its own address in it. The
application draws the first page of a kind, and this door keeps its frame and its cards for some seconds; after that it
asks the same questions of the database as the application would, for each answer, and puts the cards of the rows it has
read into the frame. A wish that has changed in anything that its card shows is another row, which is not known here:
then, as with all that is unusual, the application answers.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

from flask import Flask
from markupsafe import Markup, escape
from werkzeug.http import http_date

from charity.adapters import metrics, splicing
from charity.adapters.db import Trouble, Unwilling
from charity.adapters.locale import COOKIE, DEFAULT, languages
from charity.adapters.logs import bind_request_id
from charity.adapters.statements import Engines, Lend, NotAnswered, lend_from
from charity.domain.actors import VISITOR
from charity.domain.errors import Refused
from charity.domain.interests import NOTHING
from charity.queries.ranking.wall import read_ranked
from charity.queries.wall import WallFilters, WallRows, read_by
from charity.queries.wall_plain import ask_plainly
from charity.queries.wish_cards import CARD_COLUMNS
from charity.web.kit.front import MARK, PERSONAL
from charity.web.kit.observe import HEADER
from charity.web.kit.page import in_language
from charity.web.kit.ranking import log_served
from charity.web.public.wishes import SHOWN, Shown, filters_of, next_url_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/wishes"
ENDPOINT = "public_wishes.wall"
SECONDS = 30.0  # as long as a drawing of a card, or of what stands around the cards, is used again
MOST = 20_000
WIDTH = len(CARD_COLUMNS)
WRITTEN_ANEW = frozenset({"content-length", "date", HEADER.lower()})
Headers = list[tuple[str, str]]
Drawn = Callable[[Iterable[object], Iterable[object]], list[tuple[Markup, Markup | str]]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an address asks for; `kind` is all that a frame hangs on, beside what was found."""

    filters: WallFilters
    cursor: str | None
    spoken: str
    others: tuple[bytes, ...]  # the languages the page can also be read in, as it stands in their links
    kind: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """How the application answered, cut where answers differ."""

    headers: Headers
    encoding: str
    is_dated: bool
    pieces: tuple[bytes, ...]

    def fill(self, values: Iterable[bytes]) -> bytes:
        """Put values where the frame was cut."""
        whole = [self.pieces[0]]
        for value, piece in zip(values, self.pieces[1:], strict=True):
            whole += (value, piece)
        return b"".join(whole)


class WallDoor:
    """A WSGI application in front of another one, for one address."""

    def __init__(
        self,
        inner: "WSGIApplication",
        *,
        app: Flask,
        engine: Engines,
        counts: Callable[[str | None], bool],
    ) -> None:
        self._inner, self._app, self._counts = inner, app, counts
        self._lend: Lend = lend_from(engine)
        self._ask_plainly = lambda shape, values: ask_plainly(engine(), shape, values)
        self._frames: dict[tuple[object, ...], _Frame] = {}
        self._cards: dict[tuple[object, ...], bytes] = {}
        self._since = float("-inf")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, or ask the application and remember how it answers."""
        if environ["PATH_INFO"] != PATH or not _is_usual(environ):
            return self._inner(environ, start_response)
        began = time.perf_counter()
        asked = _read(environ)
        if asked is None:
            return self._inner(environ, start_response)
        if began - self._since > SECONDS or len(self._cards) > MOST:
            self._frames, self._cards, self._since = {}, {}, began
        answer = self._answer(asked, environ)
        if answer is None:
            return self._ask(asked, environ, start_response)
        frame, body = answer
        headers = [*frame.headers, ("Content-Length", str(len(body)))]
        headers.append((HEADER, bind_request_id(environ.get("HTTP_X_REQUEST_ID"))))
        if frame.is_dated:
            headers.append(("Date", http_date()))
        environ[MARK] = ENDPOINT
        start_response("200 OK", headers)
        metrics.request_took(ENDPOINT, 200, time.perf_counter() - began)
        return (body,)

    def _answer(self, asked: _Asked, environ: "WSGIEnvironment") -> tuple[_Frame, bytes] | None:
        """Write an answer; None where the application has to."""
        if not self._frames or not self._counts(environ.get("REMOTE_ADDR")):
            return None
        with self._app.app_context():
            found = self._found(asked)
            if found is None or not found.rows:
                return None
            frame = self._frames.get(_key(asked, found))
            cards = [self._cards.get(_card_key(asked.spoken, found, row)) for row in found.rows]
            if frame is None or None in cards:
                return None
            token = log_served(found.served)
        onward = next_url_of(asked.filters, found.next)
        body = frame.fill(_values(asked, token, b"".join(cast(list[bytes], cards)), onward))
        return frame, splicing.whole(frame.encoding, body)

    def _found(self, asked: _Asked) -> WallRows | None:
        try:
            if asked.filters != WallFilters():
                return read_by(self._ask_plainly, VISITOR, asked.filters, asked.cursor)
            with self._lend() as connection:
                return read_ranked(connection, VISITOR, NOTHING, asked.cursor)
        except (Refused, *Trouble, Unwilling, NotAnswered):
            return None  # the application says what is wrong

    def _ask(self, asked: _Asked, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        told: list[tuple[str, Headers]] = []

        def begin(status: str, headers: Headers, exc_info: Any = None, /) -> Callable[[bytes], object]:
            told[:] = [(status, headers)]
            return start_response(status, headers, exc_info)

        environ[SHOWN] = None
        answer = self._inner(environ, begin)
        shown: Shown | None = environ.get(SHOWN)
        if shown is not None and shown.token and told and told[0][0].startswith("200 "):
            self._learn(asked, shown, told[0][1])
        return answer

    def _learn(self, asked: _Asked, shown: Shown, headers: Headers) -> None:
        """Keep what the application drew: each card by its row, and the frame around them."""
        draw = cast(dict[str, Drawn], self._app.jinja_env.globals)["drawn_explained"]
        with self._app.test_request_context(f"{PATH}?{COOKIE}={asked.spoken}"):
            drawn = draw(shown.found.cards, shown.found.reasons)
        cards = [f"<li>{card}{why}</li>".encode() for card, why in drawn]
        frame = _frame_of(shown.text.encode(), _values(asked, shown.token, b"".join(cards), shown.next_url), headers)
        if frame is None:
            return
        self._frames[_key(asked, shown.found)] = frame
        for row, card in zip(shown.found.rows, cards, strict=True):
            self._cards[_card_key(asked.spoken, shown.found, row)] = card


def _key(asked: _Asked, found: WallRows) -> tuple[object, ...]:
    return (*asked.kind, found.order, found.total, found.is_more_than_counted, found.next is None)


def _card_key(spoken: str, found: WallRows, row: Any) -> tuple[object, ...]:
    """Name a card by all it is drawn from: its row, and the index whose reasons stand beside it."""
    return (spoken, found.served.built_at, found.order, *row[:WIDTH])


def _values(asked: _Asked, token: str, cards: bytes, onward: str | None) -> list[bytes]:
    """List what differs between pages of one frame, in the order in which it stands there."""
    said = token.encode()
    return [*asked.others, said, cards, said, *([] if onward is None else [escape(onward).encode()])]


def _frame_of(body: bytes, values: list[bytes], headers: Headers) -> _Frame | None:
    """Cut a page at its values; None where they do not stand in it as they should."""
    by_name = {name.lower(): value for name, value in headers}
    encoding = by_name.get("content-encoding", "")
    pieces: list[bytes] = []
    rest = body
    for value in values:
        piece, found, rest = rest.partition(value)
        if not found:
            return None
        pieces.append(piece)
    if "set-cookie" in by_name or not splicing.is_known(encoding):
        return None
    kept = [(name, value) for name, value in headers if name.lower() not in WRITTEN_ANEW]
    return _Frame(kept, encoding, "date" in by_name, (*pieces, rest))


def _is_usual(environ: "WSGIEnvironment") -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not any(name in environ for name in PERSONAL)
        and environ.get("CONTENT_LENGTH", "") in ("", "0")
    )


def _read(environ: "WSGIEnvironment") -> _Asked | None:
    """Read an address by the application's own rules; None when that has to say more about it."""
    try:
        given = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    by_name = dict(given)
    filters, spoken = filters_of(by_name), by_name.get(COOKIE, DEFAULT)
    if len(by_name) < len(given) or filters.q or filters.able or spoken not in languages():
        return None
    others = tuple(escape(in_language(PATH, given, each)).encode() for each in languages() if each != spoken)
    cursor = by_name.get("cursor")
    about = (environ.get("HTTP_HOST"), environ.get("HTTP_ACCEPT_ENCODING", ""), environ["wsgi.url_scheme"])
    return _Asked(filters, cursor, spoken, others, (spoken, filters, cursor is None, *about))


def put_before(app: Flask, *, engine: Engines, counts: Callable[[str | None], bool]) -> None:
    """Put the door before an application; `counts` tells whether an address may ask now."""
    door = WallDoor(app.wsgi_app, app=app, engine=engine, counts=counts)
    app.wsgi_app = door  # pyright: ignore[reportAttributeAccessIssue]
