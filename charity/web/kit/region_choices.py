"""Narrowing a list to a place inside one's regions: one select that goes a level deeper each time."""

from flask import current_app
from flask_babel import gettext as _

from charity.domain.regions import Level, contains, level_of
from charity.queries.regions import list_children, path_codes, place_names


def region_choices(regions: tuple[str, ...], chosen: str, *, down_to: Level = Level.TOWNSHIP) -> list[tuple[str, str]]:
    """List the way from one's own region to the chosen place, and the places directly below it."""
    spoken: str = current_app.extensions["language"]()
    tops = sorted(regions)
    inside = bool(chosen) and any(contains(top, chosen) for top in tops)
    here = chosen if inside else (tops[0] if len(tops) == 1 else "")
    way = [code for code in path_codes(here) if any(contains(top, code) for top in tops)]
    if here or "" in tops:
        is_deep = bool(here) and level_of(here) >= down_to
        below = [] if is_deep else [(card.code, card.name) for card in list_children(here, language=spoken)]
    else:
        below = []
        way = tops
    names = place_names(way, language=spoken)
    lead = "– " if here else ""
    return [
        ("", _("All my regions")),
        *((code, names.get(code, code)) for code in way),
        *((code, f"{lead}{name}") for code, name in below),
    ]
