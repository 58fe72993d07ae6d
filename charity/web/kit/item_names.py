"""What things of the catalogue are called: as administrators named them last, else as the program does.

The names are read once for a request, and only where a page says one; a page that has read its thing's name along with
the thing tells it here, so that it asks nothing more.
"""

from collections.abc import Iterable, Mapping

from flask import g, has_request_context
from flask_babel import get_locale

from charity.adapters.locale import DEFAULT, SOURCE, speaking
from charity.domain.items import ItemNames
from charity.queries.catalogue import list_item_names
from charity.web.kit.wish_words import CATEGORIES


def item_word(code: str) -> object:
    """Say what a thing is called, in the reader's language."""
    named = _names().get(code)
    if named is None:
        return CATEGORIES.get(code, code)
    return named.zh if str(get_locale()).startswith("zh") else named.en


def item_names(code: str) -> ItemNames:
    """Give what a thing is called in both languages, whoever asks."""
    named = _names().get(code)
    if named is not None:
        return named
    with speaking(DEFAULT):
        zh = str(CATEGORIES.get(code, code))
    with speaking(SOURCE):
        return ItemNames(zh, str(CATEGORIES.get(code, code)))


def item_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Give the choices of a form that offers things."""
    return [(code, str(item_word(code))) for code in codes]


def know(names: Mapping[str, ItemNames]) -> None:
    """Tell all names that this request will say."""
    g.item_names = dict(names)


def _names() -> Mapping[str, ItemNames]:
    if not has_request_context():
        return {}
    if "item_names" not in g:
        g.item_names = list_item_names()
    names: Mapping[str, ItemNames] = g.item_names
    return names
