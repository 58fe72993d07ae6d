"""The rooms that a desk leads to; one that does not exist is not offered."""

from collections.abc import Iterable

from flask import current_app
from flask_babel import LazyString

Room = tuple[str, LazyString]


def open_rooms(rooms: Iterable[Room]) -> list[Room]:
    """Keep the rooms that have a page."""
    routes = current_app.url_map.bind("")
    return [(url, words) for url, words in rooms if routes.test(url, method="GET")]
