"""Rendering a page: what every template may rely on, whoever shows it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from flask import Flask, current_app, g, get_flashed_messages, render_template, request
from jinja2 import StrictUndefined

from charity.adapters.assets import Assets
from charity.adapters.locale import COOKIE, STANDS_ALONE, is_right_to_left, languages, own_name, tag_of
from charity.adapters.settings import Operator
from charity.domain.actors import VISITOR, Actor
from charity.web.kit.book_words import entry_words
from charity.web.kit.figures import bars_of
from charity.web.kit.forms import described
from charity.web.kit.fragments import init_fragments
from charity.web.kit.labels import label, pledge_label, wish_label
from charity.web.kit.menu import MenuItem, desk_of, menu_of
from charity.web.kit.pledge_words import say_next
from charity.web.kit.promise_words import promise_words
from charity.web.kit.rank_words import order_words, reason_words, term_words
from charity.web.kit.register import fact_value, register_word
from charity.web.kit.tables import init_tables

GLOBALS: dict[str, Callable[..., object]] = {
    "bars_of": bars_of,
    "described": described,
    "entry_words": entry_words,
    "label": label,
    "reason_words": reason_words,
    "term_words": term_words,
    "order_words": order_words,
    "wish_label": wish_label,
    "pledge_label": pledge_label,
    "promise_words": promise_words,
    "say_next": say_next,
    "register_word": register_word,
    "fact_value": fact_value,
}


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language in the switch, with the address of this same page in it."""

    name: str
    lang: str
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Here:
    """The frame around this page: its language, its menus, what just happened."""

    language: str
    lang: str
    dir: str
    tongues: tuple[Tongue, ...]
    menu: tuple[MenuItem, ...]
    desk: tuple[MenuItem, ...]
    unread: int

    def flashes(self) -> list[tuple[str, str]]:
        """Take what the page before left to be said."""
        return [(str(category), str(text)) for category, text in get_flashed_messages(with_categories=True)]


def page(template: str, /, **context: object) -> str:
    """Render a template in the reader's language, inside the frame of the site."""
    return render_template(template, **context)


def init_pages(
    app: Flask,
    *,
    assets: Assets,
    operator: Operator,
    viewer: Callable[[], Actor],
    demo: Callable[[], bool],
    unread: Callable[[Actor], int],
) -> None:
    """Give the templates their globals, and every page its viewer, operator, assets, demo mark and frame."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    cast(dict[str, object], app.jinja_env.globals).update(GLOBALS)
    init_fragments(app)
    init_tables(app)

    def frame() -> dict[str, object]:
        alone = bool(g.get(STANDS_ALONE))
        seen = VISITOR if alone else viewer()
        is_demo = False if alone else demo()
        return {
            "viewer": seen,
            "operator": operator,
            "assets": assets,
            "demo": is_demo,
            "here": _here(seen, unread(seen)),
        }

    app.context_processor(frame)


def _here(viewer: Actor, unread: int) -> Here:
    spoken: str = current_app.extensions["language"]()
    return Here(
        language=spoken,
        lang=tag_of(spoken),
        dir="rtl" if is_right_to_left(spoken) else "ltr",
        tongues=tuple(Tongue(own_name(t), tag_of(t), _same_page(t), t == spoken) for t in languages()),
        menu=menu_of(viewer, request.path),
        desk=desk_of(viewer, request.path),
        unread=unread,
    )


def _same_page(language: str) -> str:
    return in_language(request.path, request.args.items(multi=True), language)


def in_language(path: str, asked: Iterable[tuple[str, str]], language: str) -> str:
    """Give the address of a page in another language."""
    kept = [(name, value) for name, value in asked if name != COOKIE]
    return f"{path}?{urlencode([*kept, (COOKIE, language)])}"
