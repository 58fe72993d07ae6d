"""Tables on paper: columns of a fixed width, cells of several lines, headings again on every sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from charity.adapters.pdf import HEIGHT, INK, INNER, LINE_HEIGHT, MARGIN, SOFT, Paper

_PAD: Final = 1.4
_HEAD: Final = 9.5
_BODY: Final = 10.5
_STEP: Final = _BODY * LINE_HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table to draw: its columns with their shares of the width, and its rows of words."""

    title: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[str, ...], ...]
    lowest: float = 8.0  # millimetres of a row: more where people write by hand

    @property
    def words(self) -> list[str]:
        """List all that is written in it."""
        cells = [cell for row in self.rows for cell in row]
        return [self.title, *(name for name, _ in self.columns), *cells]


def draw_table(paper: Paper, table: Table) -> None:
    """Draw a table from here on, over as many sheets as it takes."""
    widths = _widths(table)
    if paper.get_y() + 30 > HEIGHT - MARGIN:
        paper.add_page()
    if table.title:
        paper.write_lines(table.title, 14)
        paper.ln(1)
    _draw_head(paper, table, widths)
    for row in table.rows:
        paper.use(_BODY)
        cells = [paper.lines_of(text, width - 2 * _PAD) for text, width in zip(row, widths, strict=True)]
        height = max(table.lowest, 2 * _PAD + _STEP * max(len(lines) for lines in cells))
        if paper.get_y() + height > HEIGHT - MARGIN:
            paper.add_page()
            _draw_head(paper, table, widths)
        _draw_row(paper, cells, widths, height)
    paper.ln(4)


def _widths(table: Table) -> list[float]:
    total = sum(share for _, share in table.columns)
    return [INNER * share / total for _, share in table.columns]


def _draw_head(paper: Paper, table: Table, widths: Sequence[float]) -> None:
    paper.use(_HEAD, SOFT)
    names = [paper.lines_of(name, width - 2 * _PAD) for (name, _), width in zip(table.columns, widths, strict=True)]
    _draw_cells(paper, names, widths, 2 * _PAD + _HEAD * LINE_HEIGHT * max(len(lines) for lines in names))


def _draw_row(paper: Paper, cells: Sequence[Sequence[str]], widths: Sequence[float], height: float) -> None:
    paper.use(_BODY, INK)
    _draw_cells(paper, cells, widths, height)


def _draw_cells(paper: Paper, cells: Sequence[Sequence[str]], widths: Sequence[float], height: float) -> None:
    top, left = paper.get_y(), MARGIN
    step = paper.font_size_pt * LINE_HEIGHT
    paper.set_auto_page_break(False)
    for lines, width in zip(cells, widths, strict=True):
        paper.box(left, top, width, height)
        for number, line in enumerate(lines):
            paper.put(line, left + _PAD, top + _PAD + number * step, width - 2 * _PAD)
        left += width
    paper.set_auto_page_break(True, margin=MARGIN)
    paper.set_xy(MARGIN, top + height)
