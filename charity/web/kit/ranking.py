"""What leaves a request about a served list: its log and its unscripted impressions, through this process's buffer."""

from datetime import datetime

from flask import Flask, current_app, request

from charity.adapters.buffered import Buffer
from charity.adapters.clock import now
from charity.adapters.crypto import digest
from charity.adapters.limits import address_key
from charity.adapters.ranking import Token, read_token, write_token
from charity.adapters.settings import Settings
from charity.domain.actors import SYSTEM
from charity.domain.ranking import hour_of, short, unwatched
from charity.domain.served import Glimpse, Served
from charity.services import ranking
from charity.web.kit.viewer import viewer

Thing = Served | tuple[Glimpse, ...]


def log_served(served: Served) -> str:
    """Log a list that goes out with this page, and give the token with which its cards may be counted."""
    if not served.wishes:
        return ""
    _buffer().put(served)
    return write_token(served.ref, len(served.wishes), served.served_at)


def count_unwatched(token: str) -> None:
    """Count a list whose reader has no script: each card by its place, since nobody tells what was on screen."""
    moment = now()
    read = read_token(token, moment)
    if read is not None:
        reader = _reader(moment)
        _buffer().put(tuple(Glimpse(read.list_ref, place, unwatched(place), reader) for place in range(read.size)))


def count_watched(token: str, places: str) -> bool:
    """Count the cards a page reports as seen; False for a token that is not ours, and nothing for places not there."""
    moment = now()
    read = read_token(token, moment)
    if read is None:
        return False
    seen = _places(places, read)
    if seen:
        ranking.count_seen(SYSTEM, read.list_ref, seen, reader=_reader(moment))
    return True


def _reader(moment: datetime) -> int:
    """Name who reads, for one hour and to nobody else: his account, or his address where nobody is signed in."""
    actor = viewer()
    secret: str = current_app.config["SECRET_KEY"]
    who = f"account:{actor.account_id}" if actor.is_signed_in else address_key(request.remote_addr, secret)
    return short(digest("reader", f"{hour_of(moment)}:{who}"))


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
