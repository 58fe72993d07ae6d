"""Public lists, kept by this process for a second: a crowd at the wall costs one drawing, not thousands.

Only lists are kept, never the page of one wish: what is taken out of sight leaves its own page at once and every list
within a second.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Flask, current_app, request, session

from charity.web.kit.front import MARK
from charity.web.kit.headers import may_be_kept
from charity.web.kit.viewer import viewer

P = ParamSpec("P")
Shown = str | tuple[str, int]
SECONDS = 1.0
MOST = 500


def kept(show: Callable[P, Shown]) -> Callable[P, Shown]:
    """Keep what a view shows to visitors without an account, per address and language."""

    @wraps(show)
    def from_memory(*args: P.args, **kwargs: P.kwargs) -> Shown:
        if viewer().is_signed_in or "_flashes" in session:
            return show(*args, **kwargs)
        may_be_kept(int(SECONDS))
        request.environ[MARK] = request.endpoint
        pages: dict[tuple[str, str], tuple[float, str]] = current_app.extensions.setdefault("kept_pages", {})
        key = (request.full_path, str(current_app.extensions["language"]()))
        made, text = pages.get(key, (float("-inf"), ""))
        if time.monotonic() - made < kept_seconds(current_app):
            return text
        shown = show(*args, **kwargs)
        if isinstance(shown, str):
            if len(pages) >= MOST:
                pages.clear()
            pages[key] = (time.monotonic(), shown)
        return shown

    return from_memory


def kept_seconds(app: Flask) -> float:
    """Give how long pages are kept; tests look at pages right after a change, so nothing is kept for them."""
    return float(app.config.get("KEPT_SECONDS", 0.0 if app.testing else SECONDS))
