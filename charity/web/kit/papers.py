"""What all printed papers share: language, the brand at their foot, and a refusal that names what no font draws."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, current_app
from flask_babel import gettext as _

from charity.adapters.fonts import MissingCharacters, faces_for
from charity.adapters.locale import tag_of
from charity.adapters.settings import Settings
from charity.domain.errors import Invalid

D = TypeVar("D")
NO_COPIES = {"Cache-Control": "no-store"}


def send_paper(draw: Callable[[], bytes], name: str, *, kept: int = 0) -> Response:
    """Draw a paper and send it; one with a character that no font here draws is refused, never printed with a box."""
    headers = {"Cache-Control": f"public, max-age={kept}"} if kept else NO_COPIES
    headers = headers | {"Content-Disposition": f'inline; filename="{name}"'}
    return current_app.response_class(drawn(draw), mimetype="application/pdf", headers=headers)


def drawn(draw: Callable[[], bytes]) -> bytes:
    """Draw a paper, or say to the person printing which characters no font here draws."""
    return _said(draw)


def _said(draw: Callable[[], D]) -> D:
    try:
        return draw()
    except MissingCharacters as missing:
        raise Invalid("characters-missing", params={"characters": " ".join(missing.characters)}) from missing


def may_draw(*words: str) -> None:
    """Refuse, before anything is done that only the paper will tell, what no font here draws."""
    _said(lambda: faces_for("".join(words)))


def base_url() -> str:
    """Give the address of the site, for links to scan."""
    settings: Settings = current_app.extensions["settings"]
    return settings.public_url


def brand() -> str:
    """Say whose paper it is, and that nobody may take money for it."""
    name, promise = _("N+1 Circle"), _("The platform never charges you.")
    return f"{name} · {promise}"


def tongue() -> str:
    """Give the tag of the language a paper is printed in."""
    spoken: str = current_app.extensions["language"]()
    return tag_of(spoken)
