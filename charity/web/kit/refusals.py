"""Refusals as pages: what happened, what to do now, and the stable code to name when asking for help."""

from urllib.parse import quote

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.domain.errors import Refused
from charity.web.kit.page import page
from charity.web.kit.sentences import sentence

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
CODES = {400: "bad-request", 404: "missing", 405: "method-not-allowed", 413: "too-large", 429: "too-many"}


def refusal_page(error: Refused) -> tuple[str, int]:
    """Show a refusal of the rules as a page."""
    return _shown(error.status, error.code, sentence(error.code, error.params))


def http_error_page(status: int) -> tuple[str, int]:
    """Show an error of the web itself (a wrong address, a body too large, a failure) as a page."""
    code = CODES.get(status, "failed")
    return _shown(status, code, sentence(code))


def _shown(status: int, code: str, text: str) -> tuple[str, int]:
    must_sign_in = status == 401
    shown = page(
        "errors/refused.html",
        title=TITLES.get(status, TITLES[500]),
        sentence=text,
        advice=ADVICE.get(status),
        code=code,
        next_url=f"/sign-in?next={quote(request.full_path.rstrip('?'))}" if must_sign_in else "/wishes",
        next_text=_l("Sign in") if must_sign_in else _l("See the wishes"),
    )
    return shown, status
