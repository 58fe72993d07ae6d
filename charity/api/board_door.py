"""An early door for boards: beside a top read within the last second only the caller's own place is looked up.

The first answer that shows a top comes from the application; this door remembers its headers, so they are the
application's own, and writes the same body for other callers. Whatever it does not know it hands over.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.http import http_date

from charity.adapters import metrics, splicing
from charity.adapters.logs import bind_request_id
from charity.adapters.redis import RedisDown
from charity.adapters.splicing import Ending
from charity.adapters.statements import NotAnswered
from charity.api.boards import MARK, said, said_of_me
from charity.api.shapes import BoardQuery
from charity.domain.boards import BoardKey, may_have_board, parse_metric, parse_period
from charity.domain.errors import Invalid
from charity.queries.boards import Top, find_kept
from charity.queries.own_places import BuiltAnew, Caller, find_row, question_of
from charity.web.kit.observe import HEADER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/api/v1/boards/"
ENDPOINT = "api_boards.show"
# Whoever brings one of these may be answered otherwise.
UNUSUAL = ("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_TRANSFER_ENCODING")
WRITTEN_ANEW = frozenset({"content-length", "date", HEADER.lower()})
LONG = 500  # bytes: a shorter body is not compressed, and whether it is must not hang on the caller's own place
MOST = 500
ASKED = frozenset({"region", "period", "limit"})
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the application said about one top to callers of one kind, and the question for a place beside it."""

    top: Top
    headers: Headers
    is_dated: bool
    begin: bytes
    end: Ending
    question: bytes


class BoardDoor:
    """A WSGI application in front of another one, for one address."""

    def __init__(
        self, app: "WSGIApplication", *, find: Callable[[str], Caller | None], counts: Callable[[str | None], bool]
    ) -> None:
        self._app, self._find, self._counts = app, find, counts
        self._known: dict[tuple[Any, ...], _Known] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, or ask the application and remember how it answers."""
        if not environ["PATH_INFO"].startswith(PREFIX) or not _is_usual(environ):
            return self._app(environ, start_response)
        began = time.perf_counter()
        asked = _read(environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        token = environ.get("HTTP_AUTHORIZATION", "")
        if asked is None or (token and not token.startswith("Bearer ")):
            return self._app(environ, start_response)
        kind = (*asked, environ.get("HTTP_ACCEPT_ENCODING", ""), environ["wsgi.url_scheme"])
        try:
            found = self._answer(environ, kind, token.removeprefix("Bearer ").strip())
        except (RedisDown, BuiltAnew, NotAnswered):
            found = None
        if found is None:
            return self._ask(kind, environ, start_response)
        known, body = found
        headers = [*known.headers, ("Content-Length", str(len(body)))]
        headers.append((HEADER, bind_request_id(environ.get("HTTP_X_REQUEST_ID"))))
        if known.is_dated:
            headers.append(("Date", http_date()))
        start_response("200 OK", headers)
        metrics.request_took(ENDPOINT, 200, time.perf_counter() - began)
        return (body,)

    def _answer(
        self, environ: "WSGIEnvironment", kind: tuple[BoardKey, int, str, str], token: str
    ) -> tuple[_Known, bytes] | None:
        """Write an answer beside a kept top; None when none is kept, or callers of this kind were not seen with it."""
        top = find_kept(kind[0], kind[1])
        if top is None:
            return None
        caller = self._find(token) if token else None
        known = self._known.get((*kind, caller is not None))
        if known is None or known.top is not top or not self._counts(environ.get("REMOTE_ADDR")):
            return None
        mine = None if caller is None else find_row(top, known.question, caller)
        return known, known.begin + known.end(said_of_me(mine).encode())

    def _ask(
        self, kind: tuple[BoardKey, int, str, str], environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        told: list[tuple[str, Headers]] = []

        def begin(status: str, headers: Headers, exc_info: Any = None, /) -> Callable[[bytes], object]:
            told[:] = [(status, headers)]
            return start_response(status, headers, exc_info)

        answer = self._app(environ, begin)
        shown: tuple[Top, bool] | None = environ.get(MARK)
        if shown is not None and told and told[0][0].startswith("200 "):
            known = _remembered(shown[0], kind[0], told[0][1])
            if known is not None:
                if len(self._known) >= MOST:
                    self._known.clear()
                self._known[(*kind, shown[1])] = known
        return answer


def _remembered(top: Top, key: BoardKey, headers: Headers) -> _Known | None:
    """Keep how the application answered; None for what could be written otherwise for another caller."""
    by_name = {name.lower(): value for name, value in headers}
    plain = said(top).encode()
    begun = splicing.begin(by_name.get("content-encoding", ""), plain)
    if top.pointer is None or "set-cookie" in by_name or begun is None or len(plain) < LONG:
        return None
    kept = [(name, value) for name, value in headers if name.lower() not in WRITTEN_ANEW]
    return _Known(top, kept, "date" in by_name, *begun, question_of(top, key))


def _is_usual(environ: "WSGIEnvironment") -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not any(name in environ for name in UNUSUAL)
        and environ.get("CONTENT_LENGTH", "") in ("", "0")
    )


@lru_cache(maxsize=1024)
def _read(path: str, query: str) -> tuple[BoardKey, int] | None:
    """Read which board an address means, by the application's own rules; None when that has to say more about it."""
    given = parse_qsl(query, keep_blank_values=True)
    if len(dict(given)) < len(given) or not {name for name, _ in given} <= ASKED:
        return None
    try:
        asked = BoardQuery.model_validate(dict(given))
        may_have_board(asked.region)
        key = BoardKey(parse_metric(path.removeprefix(PREFIX)), asked.region, parse_period(asked.period))
    except (Invalid, ValueError):  # pydantic refuses with a ValueError, and so does a region of no such length
        return None
    return key, asked.limit


def put_before(app: Flask, *, find: Callable[[str], Caller | None], counts: Callable[[str | None], bool]) -> None:
    """Put the door before an application: `find` tells whose a token is, `counts` whether an address may ask now."""
    app.wsgi_app = BoardDoor(app.wsgi_app, find=find, counts=counts)  # pyright: ignore[reportAttributeAccessIssue]
