"""What leaves a request about a served list: its log and its unscripted impressions, through this process's buffer."""

from flask import Flask, current_app

from charity.adapters.buffered import Buffer
from charity.adapters.clock import now
from charity.adapters.ranking import Token, read_token, write_token
from charity.adapters.settings import Settings
from charity.domain.actors import SYSTEM
from charity.domain.ranking import unwatched
from charity.domain.served import Glimpse, Served
from charity.services import ranking

Thing = Served | tuple[Glimpse, ...]


def log_served(served: Served) -> str:
    """Log a list that goes out with this page, and give the token with which its cards may be counted."""
    if not served.wishes:
        return ""
    _buffer().put(served)
    return write_token(served.ref, len(served.wishes), served.served_at)


def count_unwatched(token: str) -> None:
    """Count a list whose reader has no script: each card by its place, since nobody tells what was on screen."""
    read = read_token(token, now())
    if read is not None:
        _buffer().put(tuple(Glimpse(read.list_ref, place, unwatched(place)) for place in range(read.size)))


def count_watched(token: str, places: str) -> bool:
    """Count the cards a page reports as seen; False for a token that is not ours, and nothing for places not there."""
    read = read_token(token, now())
    if read is None:
        return False
    seen = _places(places, read)
    if seen:
        ranking.count_seen(SYSTEM, read.list_ref, seen)
    return True


def _places(text: str, read: Token) -> set[int]:
    numbers = {int(part) for part in text.split(".") if part.isascii() and part.isdigit() and len(part) <= 3}
    return {number for number in numbers if number < read.size}


def flush_lists() -> int:
    """Write down now what this process has gathered."""
    return _buffer().flush()


def _buffer() -> Buffer[Thing]:
    buffer: Buffer[Thing] | None = current_app.extensions.get("served_lists")
    if buffer is None:
        app: Flask = current_app._get_current_object()  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        settings: Settings = app.extensions["settings"]
        buffer = Buffer[Thing](lambda things: _keep(app, things), every=settings.lists_flush_seconds)
        app.extensions["served_lists"] = buffer
    return buffer


def _keep(app: Flask, things: list[Thing]) -> None:
    lists = [thing for thing in things if isinstance(thing, Served)]
    glimpses = [each for thing in things if not isinstance(thing, Served) for each in thing]
    with app.app_context():
        ranking.keep(SYSTEM, lists, glimpses)
