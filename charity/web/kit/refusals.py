"""Refusals as pages: what happened, what to do now, and the stable code to name when asking for help."""

from collections.abc import Mapping
from urllib.parse import quote

import structlog
from flask import Flask, Response, g, make_response, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException, InternalServerError

from charity.adapters.db import BadValue, Trouble, busy_because
from charity.adapters.locale import STANDS_ALONE
from charity.adapters.storage import is_no_room
from charity.domain.errors import Busy, Missing, Refused
from charity.web.kit.page import page
from charity.web.kit.problems import is_program, problem
from charity.web.kit.sentences import sentence
from charity.web.kit.viewer import viewer

TITLES: dict[int, LazyString] = {
    400: _l("This request is not complete"),
    401: _l("Please sign in first"),
    403: _l("This is not open to you"),
    404: _l("Nothing is here"),
    405: _l("This page cannot be used that way"),
    409: _l("Somebody was quicker"),
    413: _l("The file is too large"),
    422: _l("Please check what you entered"),
    429: _l("Too many tries"),
    500: _l("Something went wrong on our side"),
    503: _l("Too busy at this moment"),
}
ADVICE: dict[int, LazyString] = {
    404: _l("It may have ended, or the address may be mistyped."),
    409: _l("Go back, load the page again and look at how things stand now."),
    429: _l("Wait a few minutes, then try again."),
    500: _l("Nothing was lost that we had confirmed to you. Please try again in a while."),
    503: _l("Trying again is safe: nothing is done twice."),
}
# A 503 that is not about many people says so in its title.
TITLES_BY_CODE: dict[str, LazyString] = {
    "database-away": _l("A part of this site is away for a moment"),
    "no-room": _l("Nothing can be stored at this moment"),
}
CODES = {400: "bad-request", 404: "missing", 405: "method-not-allowed", 413: "too-large", 429: "too-many"}


BUSY_SECONDS = "2"
log = structlog.get_logger()


def refusal_page(error: Refused) -> Response:
    """Show a refusal of the rules as a page.

    A form that was refused and whose page is gone meanwhile says why it was refused, not that nothing is here.
    """
    if isinstance(error, Missing):
        error = g.get("refused", error)
    response = _shown(error.status, error.code, error.params)
    if isinstance(error, Busy):
        response.headers["Retry-After"] = BUSY_SECONDS
    return response


def http_error_page(error: HTTPException) -> Response:
    """Show an error of the web itself (a wrong address, a body too large, a failure) as a page."""
    if error.code is not None and error.code < 400 and error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    code = CODES.get(status, "failed" if status >= 500 else "bad-request")
    return _shown(status, code)


def init_refusals(app: Flask) -> None:
    """Show every refusal and every failure as a page in the reader's language."""

    def failed(error: InternalServerError) -> Response:
        log.error("page failed", endpoint=request.endpoint, exc_info=error.original_exception or error)
        return http_error_page(error)

    def troubled(error: Exception) -> Response:
        if (busy := busy_because(error)) is not None:
            log.warning("database away", endpoint=request.endpoint, code=busy.code)
            return refusal_page(busy)
        log.error("database failed", endpoint=request.endpoint, exc_info=error)
        return http_error_page(InternalServerError())

    def unwritten(error: OSError) -> Response:
        if is_no_room(error):
            log.error("disk full", endpoint=request.endpoint)
            return refusal_page(Busy("no-room"))
        log.error("page failed", endpoint=request.endpoint, exc_info=error)
        return http_error_page(InternalServerError())

    def impossible(error: Exception) -> Response:
        log.warning("value no database holds", endpoint=request.endpoint, kind=type(error).__name__)
        return _shown(422, "bad-request")

    for bad in BadValue:
        app.register_error_handler(bad, impossible)
    for trouble in Trouble:
        app.register_error_handler(trouble, troubled)
    app.register_error_handler(OSError, unwritten)
    app.register_error_handler(Refused, refusal_page)
    app.register_error_handler(HTTPException, http_error_page)
    app.register_error_handler(InternalServerError, failed)


def _shown(status: int, code: str, params: Mapping[str, str | int] | None = None) -> Response:
    g.refusal = code
    # Decided before a word is said: even the reader's language may stand in the database that just failed.
    if status >= 500 or not _knows_viewer():
        setattr(g, STANDS_ALONE, True)
    text = sentence(code, params)
    if is_program():
        return problem(status, code, text)
    must_sign_in, must_set_up = status == 401, code == "second-step-needed"
    way_out = ("/account/second-factor", _l("Set it up")) if must_set_up else ("/wishes", _l("Go to the wishes"))
    shown = page(
        "errors/refused.html",
        title=TITLES_BY_CODE.get(code) or TITLES.get(status, TITLES[500] if status >= 500 else TITLES[400]),
        sentence=text,
        advice=ADVICE.get(status),
        code=code,
        next_url=f"/sign-in?next={quote(request.full_path.rstrip('?'))}" if must_sign_in else way_out[0],
        next_text=_l("Sign in") if must_sign_in else way_out[1],
    )
    return make_response(shown, status)


def _knows_viewer() -> bool:
    try:
        viewer()
    except Refused:
        return False
    return True
