"""A book of the register on A4: its places (or households) line by line with a sum below, then its other figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fpdf.enums import Align

from charity.adapters.pdf import HEIGHT, INK, INNER, LINE, MARGIN, SOFT, Paper

NAMES: Final = 42.0  # millimetres for the first column
LINE_OF_TABLE: Final = 7.0
SMALL: Final = 9.5
COLUMNS: Final = 2
GAP: Final = 8.0
MIN_SHARE: Final = 5  # characters, for the heading above a short number


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


def _widths(book: BookPaper) -> list[float]:
    """Share the width among the columns of numbers by their longest one."""
    longest = [
        max(MIN_SHARE, *(len(row[place]) for row in (*book.rows, book.total))) for place in range(1, len(book.total))
    ]
    return [NAMES, *((INNER - NAMES) * one / sum(longest) for one in longest)]


def _draw_table(paper: _Book, book: BookPaper) -> None:
    paper.widths = _widths(book)
    _draw_heading(paper, book.header)
    for number, row in enumerate(book.rows):
        _make_room(paper, LINE_OF_TABLE, book.header)
        if number % 2:
            paper.set_fill_color(247, 243, 236)
            paper.rect(MARGIN, paper.get_y(), INNER, LINE_OF_TABLE, style="F")
        _draw_line(paper, row)
    _make_room(paper, LINE_OF_TABLE + 1, book.header)
    paper.set_draw_color(*INK)
    paper.set_line_width(0.4)
    paper.line(MARGIN, paper.get_y(), MARGIN + INNER, paper.get_y())
    _draw_line(paper, book.total)
    paper.ln(4)


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


def _draw_line(paper: _Book, cells: Sequence[str]) -> None:
    top = paper.get_y()
    for place, cell in enumerate(cells):
        left, wide = MARGIN + sum(paper.widths[:place]), paper.widths[place]
        paper.fit(cell, 11, wide - 1)
        paper.set_xy(left, top)
        paper.cell(wide, LINE_OF_TABLE, cell, align=Align.R if place else Align.L)
    paper.set_xy(MARGIN, top + LINE_OF_TABLE)


def _draw_section(paper: _Book, heading: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Draw names and numbers in two columns below a heading."""
    lines = -(-len(pairs) // COLUMNS)
    if paper.get_y() + 10 + lines * LINE_OF_TABLE > HEIGHT - MARGIN:
        paper.add_page()
    paper.write_lines(heading, 13)
    top, width = paper.get_y() + 1, (INNER - GAP) / COLUMNS
    for number, (name, value) in enumerate(pairs):
        left = MARGIN + (width + GAP) * (number // lines)
        line = top + LINE_OF_TABLE * (number % lines)
        paper.fit(name, 11, width - 24, SOFT)
        paper.set_xy(left, line)
        paper.cell(width - 24, LINE_OF_TABLE, name)
        paper.fit(value, 11, 24)
        paper.set_xy(left + width - 24, line)
        paper.cell(24, LINE_OF_TABLE, value, align=Align.R)
    paper.set_xy(MARGIN, top + lines * LINE_OF_TABLE + 3)
