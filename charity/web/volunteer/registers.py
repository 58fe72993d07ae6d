"""The five books of the register: village book, township ledger, county file, city and province store."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from flask import Blueprint, Response, request
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _

from charity.adapters import clock
from charity.adapters.fonts import printable
from charity.adapters.sheets import Cell
from charity.domain import register_books as b
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.regions import is_code
from charity.queries import register_books as books
from charity.queries.register_books import Book, PlaceLine
from charity.queries.responsible import PlacePeople, people_of_place
from charity.web.kit.doors import roles
from charity.web.kit.downloads import download
from charity.web.kit.formats import alias, day, place
from charity.web.kit.page import page
from charity.web.kit.papers import send_paper, tongue
from charity.web.kit.places import name_places
from charity.web.kit.register import register_word
from charity.web.kit.register_book_words import BOOKS, SECTIONS, figure_text, figure_word
from charity.web.kit.viewer import viewer

bp = Blueprint("volunteer_registers", __name__, url_prefix="/registers")
STAFF = roles(Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)
DOORS = dict.fromkeys(("own", "show", "sheet", "paper"), STAFF)


@bp.get("")
def own() -> str:
    """Open the book of the viewer's region, or offer those of several."""
    regions = books.list_own_books(viewer())
    if len(regions) == 1:
        return show(regions[0])
    name_places(regions)
    return page("volunteer/registers/own.html", regions=regions)


@bp.get("/<code>")
def show(code: str) -> str:
    """Show a region's book, and the way to those below it; a village's households page by page."""
    cursor = request.args.get("cursor", "")
    book = books.get_book(viewer(), _known(code), cursor=cursor)
    name_places([code, *book.path, *(line.key for line in book.lines if not line.alias)])
    return page(
        "volunteer/registers/show.html",
        book=book,
        people=people_of_place(viewer(), code),
        is_first=not cursor,
        name=BOOKS[book.level],
        columns=b.SHOWN,
        bars=[(heading, _bars(book, figures)) for heading, figures in _sections(book)[:-1]],
        helped=SECTIONS[-1],
        say=figure_word,
        told=figure_text,
        amiss=_check_words(book),
    )


def _sections(book: Book) -> list[tuple[LazyString, tuple[str, ...]]]:
    """Leave out what is not told of a place: in a village, which causes its families have."""
    return [(heading, figures) for heading, figures in SECTIONS if set(figures) <= book.totals.keys()]


def _bars(book: Book, figures: Sequence[str]) -> list[tuple[str, int]]:
    return [(str(figure_word(figure)), book.totals[figure]) for figure in figures]


def _known(code: str) -> str:
    if not is_code(code) or not code:
        raise Missing
    return code


@bp.get("/<code>/sheet")
def sheet(code: str) -> Response:
    """Give a book as a workbook, with all figures of all its lines, however many."""
    with books.whole_book(viewer(), _known(code)) as (book, lines):
        figures = b.shown_of(book.level)
        first = _("Household") if book.is_village else _("Place")
        header = [first, _("Number"), *(_heading(figure) for figure in figures)]
        people = people_of_place(viewer(), code)
        rows = chain(_rows(book, _named(book, lines), figures), _people_rows(people), _check_rows(book))
        return download(f"register-{code}-{day_of(clock.now()):%Y%m%d}", "xlsx", header, rows)


def _named(book: Book, lines: Iterator[PlaceLine]) -> Iterable[PlaceLine]:
    """Look up what places are called; households have an alias, and pass one by one."""
    if book.is_village:
        name_places([book.region])
        return lines
    kept = list(lines)
    name_places([book.region, *(line.key for line in kept)])
    return kept


def _heading(figure: str) -> str:
    return _("%(figure)s (yuan)", figure=figure_word(figure)) if figure in b.MONEY else str(figure_word(figure))


def _rows(book: Book, lines: Iterable[PlaceLine], figures: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        yield (_name(line), line.key, *_values(line.figures, figures))
    yield (_("Sum"), book.region, *_values(book.totals, figures))


def _people_rows(people: PlacePeople) -> Iterator[tuple[Cell, ...]]:
    """Write who is responsible below the sum, under a heading of its own: the duty, the name, the phone."""
    if people.now:
        yield ()
        yield (_("People responsible"), _("Name"), _("Phone"))
    for line in people.now:
        yield (str(register_word("duty", line.duty)), line.name, line.phone)


def _check_rows(book: Book) -> Iterator[tuple[Cell, ...]]:
    """Say below the figures that the night found them not to agree."""
    if said := _check_words(book):
        yield ()
        yield (said,)


def _people_section(people: PlacePeople) -> list[tuple[str, list[tuple[str, str]]]]:
    """Write who is responsible as a section of the paper; none where nobody is written down."""
    told = [(str(register_word("duty", line.duty)), f"{line.name} {line.phone}".strip()) for line in people.now]
    return [(_("People responsible"), told)] if told else []


def _values(totals: b.Totals, figures: Sequence[str]) -> Iterator[Cell]:
    """Give the cells of figures; one that is not told of a place stays empty."""
    for figure in figures:
        value = totals.get(figure)
        yield None if value is None else value / 100 if figure in b.MONEY else value


def _name(line: PlaceLine) -> str:
    return alias(line.alias) if line.alias else place(line.key)


@bp.get("/<code>/paper")
def paper(code: str) -> Response:
    """Give a book on A4, with all its lines."""
    # heavy: drawing a PDF takes a third of what starting the site does
    from charity.adapters.pdf_books import BookPaper, book_paper  # noqa: PLC0415

    with books.whole_book(viewer(), _known(code)) as (book, lines):
        rows = [(printable(_name(line)), *_texts(line.figures)) for line in _named(book, lines)]
    drawn = BookPaper(
        title=_("%(book)s: %(place)s", book=BOOKS[book.level], place=printable(place(code))),
        subtitle=_("As of %(day)s", day=day(day_of(clock.now()))),
        header=[_("Household") if book.is_village else _("Place"), *(str(figure_word(name)) for name in b.SHOWN)],
        rows=rows,
        total=(_("Sum"), *_texts(book.totals)),
        sections=[
            (str(heading), [(str(figure_word(name)), figure_text(name, book.totals[name])) for name in figures])
            for heading, figures in _sections(book)
        ]
        + _people_section(people_of_place(viewer(), code)),
        notes=_notes(book),
        page=_("Page {0}"),
        lang=tongue(),
    )
    return send_paper(lambda: book_paper(drawn), f"register-{code}.pdf")


def _texts(totals: b.Totals) -> tuple[str, ...]:
    return tuple(figure_text(name, totals[name]) for name in b.SHOWN)


def _notes(book: Book) -> list[str]:
    notes = [
        _(
            "For the office's own use. Names of families stand on the household cards alone, opened for a purpose; "
            "whoever is responsible for a place is named in its book."
        )
    ]
    if book.is_village:
        notes.append(_("A household’s line says how many causes it has; which ones stands in its file alone."))
    if book.check is not None:
        notes.append(_("Causes and stale facts as counted on %(day)s.", day=day(book.check.day)))
        if not book.check.differences:
            notes.append(
                _("Checked on %(day)s: each level equals the sum of the level below.", day=day(book.check.day))
            )
    return [*notes, said] if (said := _check_words(book)) else notes


def _check_words(book: Book) -> str:
    """Say what the newest check found amiss, and where if that lies on the way to this book; "" for nothing."""
    check = book.check
    if check is None or not check.differences:
        return ""
    found = ngettext(
        "Checked on %(day)s: the totals of %(num)s place do not agree with what lies below it.",
        "Checked on %(day)s: the totals of %(num)s places do not agree with what lies below them.",
        check.differences,
        day=day(check.day),
    )
    if not (check.region.startswith(book.region) or check.region in book.path):
        return found
    name_places([check.region])
    first = _("First: %(place)s, “%(figure)s”.", place=place(check.region), figure=figure_word(check.figure))
    return f"{found} {first}"
