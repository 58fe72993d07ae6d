"""The front door: a public page drawn within the last second is answered before the application is asked at all.

Only pages that `kept` marked are remembered, and only for visitors who bring neither cookie nor token, so nothing of
anybody can be in them. What a visitor reads is never older than `kept.SECONDS`.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MARK = "charity.kept"  # the name of the endpoint, put there by whoever allows its answer to be kept
MOST = 500
# Whoever brings one of these may be answered otherwise than everybody.
PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
# What a page is drawn from beside its address; the language stands in the address, or in a cookie.
ASKED = ("HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_ENCODING", "wsgi.url_scheme")
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Kept:
    made: float
    endpoint: str
    status: str
    headers: Headers
    body: bytes


class Front:
    """A WSGI application in front of another one, with a memory of one second."""

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        seconds: Callable[[], float],
        name: Callable[[str | None], str],
        took: Callable[[str, int, float], None],
        id_header: str,
    ) -> None:
        self._app, self._seconds, self._name, self._took, self._id_header = app, seconds, name, took, id_header
        self._pages: dict[tuple[Any, ...], _Kept] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from memory, or ask the application and remember what it allows."""
        if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in PERSONAL):
            return self._app(environ, start_response)
        began = time.perf_counter()
        key = tuple(environ.get(name, "") for name in ASKED)
        kept = self._pages.get(key)
        if kept is None or began - kept.made >= self._seconds():
            return self._ask(key, environ, start_response)
        request_id = (self._id_header, self._name(environ.get("HTTP_X_REQUEST_ID")))
        start_response(kept.status, [*kept.headers, request_id])
        self._took(kept.endpoint, 200, time.perf_counter() - began)
        return (kept.body,)

    def _ask(
        self, key: tuple[Any, ...], environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        said: list[tuple[str, Headers]] = []

        def begin(status: str, headers: Headers, exc_info: Any = None, /) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            return start_response(status, headers, exc_info)

        answer = self._app(environ, begin)
        endpoint = environ.get(MARK)
        if endpoint is None or not said or not _may_keep(*said[0]):
            return answer
        body = b"".join(answer)
        status, headers = said[0]
        others = [(name, value) for name, value in headers if name != self._id_header]
        if len(self._pages) >= MOST:
            self._pages.clear()
        self._pages[key] = _Kept(time.perf_counter(), str(endpoint), status, others, body)
        close = getattr(answer, "close", None)
        return ClosingIterator((body,), [] if close is None else [close])


def _may_keep(status: str, headers: Headers) -> bool:
    return status.startswith("200 ") and not any(name.lower() == "set-cookie" for name, _ in headers)
