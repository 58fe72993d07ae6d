"""Names of all places of a page in one question, before the page asks for them one by one."""

from collections.abc import Iterable

from flask import current_app

from charity.queries.regions import place_names


def name_places(codes: Iterable[str]) -> None:
    """Ask for the names of places that the page is going to show."""
    spoken: str = current_app.extensions["language"]()
    place_names(codes, language=spoken)
