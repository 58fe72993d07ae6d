"""All sentences that people may read, found in code and templates, and what each catalogue says of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import flask_wtf
import wtforms
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

from charity.adapters.locale import SOURCE, fragments, languages
from charity.adapters.settings import ROOT

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "_p": ((1, "c"), 2),
}
TEMPLATES = [("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.xml", "jinja2")]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One sentence in the program and where it stands."""

    id: str | tuple[str, str]
    context: str | None
    place: str


def said() -> Iterator[Said]:
    """Find every sentence: the program's own, and those WTForms and Flask-WTF put beside fields."""
    yield from _extracted(ROOT / "charity", [("**.py", "python")])
    yield from _extracted(ROOT / "templates", TEMPLATES)
    for library in (wtforms, flask_wtf):
        yield from _extracted(Path(library.__file__).parent, [("**.py", "python")])


def _extracted(folder: Path, methods: list[tuple[str, str]]) -> Iterator[Said]:
    options = {
        pattern: {"extensions": "jinja2.ext.do", "encoding": "utf-8"} for pattern, kind in methods if kind == "jinja2"
    }
    for file, line, found, _, context in extract_from_dir(
        folder, method_map=methods, options_map=options, keywords=KEYWORDS, strip_comment_tags=True
    ):
        message = (found[0], found[1]) if isinstance(found, tuple) and found[1] else found
        yield Said(
            id=message[0] if isinstance(message, tuple) and not message[1] else message,
            context=context,
            place=f"{folder.name}/{file}:{line}",
        )


def translated(language: str) -> dict[tuple[str, str | None], Message]:
    """Give what the fragments of a language say; keyed by the (first) message and its context."""
    found: dict[tuple[str, str | None], Message] = {}
    for _, fragment in fragments(language):
        for message in fragment:
            if message.id:
                found.setdefault((first(message.id), message.context), message)
    return found


def first(message: str | tuple[str, ...] | list[str]) -> str:
    """Give the message itself, or its singular."""
    return message if isinstance(message, str) else message[0]


def placeholders(text: str) -> set[str]:
    """List the places in a sentence that the program fills."""
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def others() -> tuple[str, ...]:
    """List the languages that need a catalogue."""
    return tuple(language for language in languages() if language != SOURCE)
