"""A book of the register on A4: its places (or households) line by line with a sum below, then its other figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fpdf.enums import Align

from charity.adapters.pdf import HEIGHT, INK, INNER, LINE, MARGIN, SOFT, Colour, Paper
from charity.adapters.typeset import PIECES

NAMES: Final = 42.0  # millimetres for the first column
LINE_OF_TABLE: Final = 7.0
SMALL: Final = 9.5
COLUMNS: Final = 2
GAP: Final = 8.0
LEAST: Final = 10.0  # millimetres, for the heading above a short number
BETWEEN: Final = 2.0
BODY: Final = 11.0
STEP_OF_NAME: Final = 4.9  # of a name that takes several lines
MOST_OF_VALUE: Final = 0.6  # of a column, beside a name


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPaper:
    """What stands on the paper; all words come from the caller."""

    title: str
    subtitle: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str]
    sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    notes: Sequence[str]
    page: str  # like "Page {0}"
    lang: str = "zh-CN"

    def words(self) -> Iterator[str]:
        """Yield everything that is written."""
        yield from (self.title, self.subtitle, self.page, *self.header, *self.total, *self.notes)
        for row in self.rows:
            yield from row
        for heading, pairs in self.sections:
            yield heading
            for pair in pairs:
                yield from pair


class _Book(Paper):
    """A paper that numbers its pages."""

    numbering = "{0}"
    widths: Sequence[float] = ()

    def footer(self) -> None:
        """Write the number of the page below it."""
        self.use(SMALL, SOFT)
        self.set_xy(MARGIN, HEIGHT - MARGIN + 2)
        self.cell(INNER, 6, self.numbering.format(self.page_no()), align=Align.R)


def book_paper(book: BookPaper) -> bytes:
    """Draw a book; MissingCharacters when no font here draws a name."""
    paper = _Book(book.title, book.words(), lang=book.lang)
    paper.numbering = book.page
    paper.add_page()
    paper.write_lines(book.title, 22)
    paper.write_lines(book.subtitle, 11, colour=SOFT)
    paper.ln(4)
    _draw_table(paper, book)
    for heading, pairs in book.sections:
        _draw_section(paper, heading, pairs)
    paper.ln(3)
    for note in book.notes:
        paper.write_lines(f"· {note}", 10, colour=SOFT, indent=4)
    return bytes(paper.output())


def _widths(paper: _Book, book: BookPaper) -> list[float]:
    """Share the width among the columns of numbers by their longest one, and by the longest word above them."""
    paper.use(BODY)
    lines = [*book.rows, book.total]
    numbers = [max(paper.get_string_width(row[place]) for row in lines) for place in range(1, len(book.total))]
    paper.use(SMALL)
    words = [max(map(paper.get_string_width, PIECES.findall(name)), default=0.0) for name in book.header[1:]]
    needed = [max(LEAST, *both) + BETWEEN for both in zip(numbers, words, strict=True)]
    return [NAMES, *((INNER - NAMES) * one / sum(needed) for one in needed)]


def _draw_table(paper: _Book, book: BookPaper) -> None:
    paper.widths = _widths(paper, book)
    _draw_heading(paper, book.header)
    for number, row in enumerate(book.rows):
        name = _name_of(paper, row)
        height = _height_of(name)
        _make_room(paper, height, book.header)
        if number % 2:
            paper.set_fill_color(247, 243, 236)
            paper.rect(MARGIN, paper.get_y(), INNER, height, style="F")
        _draw_line(paper, row, name)
    name = _name_of(paper, book.total)
    _make_room(paper, _height_of(name) + 1, book.header)
    paper.set_draw_color(*INK)
    paper.set_line_width(0.4)
    paper.line(MARGIN, paper.get_y(), MARGIN + INNER, paper.get_y())
    _draw_line(paper, book.total, name)
    paper.ln(4)


def _name_of(paper: _Book, row: Sequence[str]) -> list[str]:
    """Break the name that a line begins with: its numbers stand beside the first of its lines."""
    paper.use(BODY)
    return paper.lines_of(row[0], paper.widths[0] - 2)


def _height_of(name: Sequence[str]) -> float:
    return LINE_OF_TABLE + STEP_OF_NAME * max(0, len(name) - 1)


def _make_room(paper: _Book, height: float, header: Sequence[str]) -> None:
    if paper.get_y() + height > HEIGHT - MARGIN:
        paper.add_page()
        _draw_heading(paper, header)


def _draw_heading(paper: _Book, header: Sequence[str]) -> None:
    """Write the names of the columns, in as many lines as the longest takes."""
    paper.use(SMALL, SOFT)
    top = paper.get_y()
    lines = [paper.lines_of(name, width - 1) for name, width in zip(header, paper.widths, strict=True)]
    height = 4.6 * max(map(len, lines))
    for place, column in enumerate(lines):
        left, wide = MARGIN + sum(paper.widths[:place]), paper.widths[place]
        for number, line in enumerate(column):
            paper.set_xy(left, top + height - 4.6 * (len(column) - number))
            paper.cell(wide, 4.6, line, align=Align.R if place else Align.L)
    paper.set_draw_color(*LINE)
    paper.set_line_width(0.3)
    paper.line(MARGIN, top + height + 1, MARGIN + INNER, top + height + 1)
    paper.set_xy(MARGIN, top + height + 1.5)


def _draw_line(paper: _Book, cells: Sequence[str], name: Sequence[str]) -> None:
    top = paper.get_y()
    paper.use(BODY)
    for number, line in enumerate(name):
        paper.set_xy(MARGIN, top + STEP_OF_NAME * number)
        paper.cell(paper.widths[0], LINE_OF_TABLE, line)
    for place, cell in enumerate(cells[1:], start=1):
        left, wide = MARGIN + sum(paper.widths[:place]), paper.widths[place]
        paper.fit(cell, BODY, wide - 1)
        paper.set_xy(left, top)
        paper.cell(wide, LINE_OF_TABLE, cell, align=Align.R)
    paper.set_xy(MARGIN, top + _height_of(name))


def _draw_section(paper: _Book, heading: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Draw names and what belongs to them in two columns below a heading; what is long takes several lines."""
    width = (INNER - GAP) / COLUMNS
    paper.use(BODY)
    needed = max((paper.get_string_width(value) for _, value in pairs), default=0.0)
    for_value = min(needed + 2 * BETWEEN, width * MOST_OF_VALUE)
    names = [paper.lines_of(name, width - for_value) for name, _ in pairs]
    values = [paper.lines_of(value, for_value - BETWEEN) for _, value in pairs]
    heights = [max(_height_of(name), _height_of(value)) for name, value in zip(names, values, strict=True)]
    half = -(-len(pairs) // COLUMNS)
    deep = max(sum(heights[:half]), sum(heights[half:]))
    if paper.get_y() + 10 + deep > HEIGHT - MARGIN:
        paper.add_page()
    paper.write_lines(heading, 13)
    top = paper.get_y() + 1
    for number, (name, value) in enumerate(zip(names, values, strict=True)):
        column = number // half
        left, line = MARGIN + (width + GAP) * column, top + sum(heights[column * half : number])
        _draw_lines(paper, name, (left, line, width), SOFT, Align.L)
        _draw_lines(paper, value, (left, line, width), INK, Align.R)
    paper.set_xy(MARGIN, top + deep + 3)


def _draw_lines(
    paper: _Book, lines: Sequence[str], place: tuple[float, float, float], colour: Colour, align: Align
) -> None:
    left, top, width = place
    paper.use(BODY, colour)
    for number, line in enumerate(lines):
        paper.set_xy(left, top + STEP_OF_NAME * number)
        paper.cell(width, LINE_OF_TABLE, line, align=align)
