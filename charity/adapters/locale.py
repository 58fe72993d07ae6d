"""Languages: which exist (one folder of .po fragments each), which one a reader gets, and their merged catalogues."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel import Locale, support
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, Domain, LazyString, force_locale, get_locale
from markupsafe import escape

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"
TIMEZONE = "Asia/Shanghai"
DEFAULT = "zh"
SOURCE = "en"
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
TAGS = {"zh": "zh-CN"}
COOKIE = "lang"
# Set on a page about a failure, which must not ask the database or the session for anything.
STANDS_ALONE = "stands_alone"


@cache
def languages() -> tuple[str, ...]:
    """List the languages of the site: Chinese first, English, then every other folder that holds a fragment."""
    found = {path.parent.name for path in TRANSLATIONS.glob("*/*.po")}
    return (DEFAULT, SOURCE, *sorted(found - {DEFAULT, SOURCE}))


@cache
def locale_of(language: str) -> Locale:
    """Give the locale (plurals, dates, direction) of a language of the site."""
    return Locale.parse(LOCALES.get(language, language))


def tag_of(language: str) -> str:
    """Give the language's tag for the lang attribute."""
    return TAGS.get(language, language)


def own_name(language: str) -> str:
    """Name a language in that language itself."""
    return locale_of(language).languages.get(locale_of(language).language, language)


def is_right_to_left(language: str) -> bool:
    """Say whether a language is written from right to left."""
    return locale_of(language).text_direction == "rtl"


def speaking(language: str) -> AbstractContextManager[None]:
    """Speak one language inside the block, whoever is asking (for mail, PDF and the worker)."""
    return force_locale(LOCALES.get(language, language))


def chosen_language() -> str | None:
    """Find the language the reader asked for in this visit: ?lang= first, then the cookie."""
    for wanted in (request.args.get(COOKIE), request.cookies.get(COOKIE)):
        if wanted in languages():
            return wanted
    return None


def init_locale(app: Flask, *, account_language: Callable[[], str | None]) -> None:
    """Compile the catalogues and let each request speak its reader's language."""
    compile_catalogues()
    LazyString.__html__ = _escaped  # the library's own says of every lazy sentence that it is HTML already

    def language() -> str:
        if not has_request_context():
            return DEFAULT
        chosen = chosen_language()
        if chosen is None and not g.get(STANDS_ALONE):
            chosen = account_language()
        return chosen or DEFAULT

    def select() -> str:
        spoken = language()
        return LOCALES.get(spoken, spoken if spoken in languages() else LOCALES[DEFAULT])

    app.extensions["language"] = language
    app.after_request(_remember)
    babel = Babel(
        app,
        default_locale=LOCALES[DEFAULT],
        default_timezone=TIMEZONE,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=select,
    )
    # where Babel would make its own
    vars(babel)["domain_instance"] = _Catalogues([str(TRANSLATIONS)])


class _Catalogues(Domain):
    """The messages, found by locale without writing its name each time: a page asks for them fifty times."""

    def __init__(self, directories: list[str]) -> None:
        super().__init__(directories)
        self._by_locale: dict[Locale, support.NullTranslations] = {}

    def get_translations(self) -> support.NullTranslations:
        """Give the messages of the language that is spoken now."""
        spoken = get_locale()
        found = None if spoken is None else self._by_locale.get(spoken)
        if found is None:
            found = super().get_translations()
            if spoken is not None:
                self._by_locale[spoken] = found
        return found


def _escaped(self: LazyString) -> str:
    return escape(str(self))


def _remember(response: Response) -> Response:
    wanted = request.args.get(COOKIE)
    if wanted in languages() and wanted != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, str(wanted), httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def fragments(language: str) -> Iterator[tuple[Path, Catalog]]:
    """Read every fragment of a language, in the order of their names."""
    for path in sorted((TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=locale_of(language))


def merged(language: str) -> Catalog:
    """Merge a language's fragments; where two differ, the first one stands."""
    catalogue = Catalog(locale=locale_of(language), charset="utf-8")
    for _, fragment in fragments(language):
        for message in fragment:
            if message.id and message.string and catalogue.get(message.id, message.context) is None:
                catalogue.add(message.id, message.string, context=message.context)
    return catalogue


def compile_catalogues() -> list[Path]:
    """Write one messages.mo per language where a fragment is newer; quick when nothing changed."""
    return [path for language in languages() if (path := _compile(language))]


def _compile(language: str) -> Path | None:
    sources = list((TRANSLATIONS / language).glob("*.po"))
    target = TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo"
    if not sources or _is_fresh(target, sources):
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, delete=False) as file:
        write_mo(file, merged(language))
    os.chmod(file.name, 0o644)
    os.replace(file.name, target)
    return target


def _is_fresh(target: Path, sources: list[Path]) -> bool:
    newest = max(path.stat().st_mtime for path in (*sources, sources[0].parent))
    return target.is_file() and target.stat().st_mtime >= newest
