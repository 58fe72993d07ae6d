"""Papers that travel with parcels, A4: the donor's shipping slip, labels, hand-over lists and hand-over slips.

No word of hardship, no name and no address of a family stands on any of them. All words come from the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fpdf.enums import Align

from charity.adapters import qr
from charity.adapters.pdf import (
    HEIGHT,
    INK,
    INNER,
    LINE,
    LINE_HEIGHT,
    MARGIN,
    SOFT,
    WIDTH,
    Paper,
    Part,
    draw_dots,
    draw_row,
)
from charity.adapters.pdf_tables import Table, draw_table

_COLUMNS: Final = 2
_LINES: Final = 5
_LABEL_WIDTH: Final = WIDTH / _COLUMNS
_LABEL_HEIGHT: Final = HEIGHT / _LINES
_PAD: Final = 8.0
_HALF: Final = HEIGHT / 2
_INSIDE: Final = 118.0  # millimetres that the slip to lay inside takes


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelLabel:
    """What stands on a parcel in the service point's shelf."""

    code: str
    lines: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverList:
    """What is handed over in one village: a title, and a table with room to write."""

    title: str
    notes: tuple[str, ...]
    table: Table
    foot: tuple[str, ...]  # lines to write on, by what they ask


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverSlip:
    """One hand-over to be thumb-printed and witnessed."""

    code: str
    rows: tuple[tuple[str, str], ...]
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipWords:
    """What every hand-over slip says and asks."""

    title: str
    received: str
    thumbprint: str
    asked: tuple[str, ...]  # fields to write in
    witness_is: str
    witnesses: tuple[str, ...]  # boxes to tick
    foot: str


def shipping_slip(
    *,
    outside: str,
    rows: Sequence[tuple[str, str]],
    inside: str,
    inside_rows: Sequence[tuple[str, str]],
    parcel_label: str,
    parcel_code: str,
    notes: Sequence[str] = (),
    link: str = "",
    brand: str = "",
    lang: str = "zh-CN",
) -> bytes:
    """Draw one parcel's sheet: above the label to stick on, with the address; below the slip to lay inside."""
    pairs = [text for row in (*rows, *inside_rows) for text in row]
    paper = Paper(outside, [outside, inside, parcel_label, parcel_code, brand, *notes, *pairs], lang=lang)
    paper.add_page()
    _write_part(paper, outside, rows, size=16)
    _draw_parcel_code(paper, parcel_label, parcel_code, "")
    _draw_cut(paper)
    _write_part(paper, inside, inside_rows, size=14)
    _draw_parcel_code(paper, parcel_label, parcel_code, link)
    for note in notes:
        paper.write_lines(f"· {note}", 11, colour=SOFT, indent=4)
    if brand:
        paper.write_lines(brand, 10.5, colour=SOFT)
    return bytes(paper.output())


def _write_part(paper: Paper, title: str, rows: Sequence[tuple[str, str]], *, size: float) -> None:
    paper.write_lines(title, 15, colour=SOFT)
    for label, value in rows:
        draw_row(paper, label, value, size=size)
    paper.ln(4)


def _draw_cut(paper: Paper) -> None:
    """Draw the line to cut along: in the middle of the sheet, or below a long address while the rest has room."""
    if paper.get_y() > HEIGHT - MARGIN - _INSIDE:
        paper.add_page()
        return
    paper.set_y(max(paper.get_y() + 2, _HALF - 4))
    paper.rule(dashed=True)
    paper.ln(5)


def _draw_parcel_code(paper: Paper, label: str, code: str, link: str) -> None:
    """Draw a frame with the parcel's code, and beside it the link as dots."""
    height = 36.0
    if paper.get_y() + height > HEIGHT - MARGIN:
        paper.add_page()
    top = paper.get_y()
    paper.set_draw_color(*INK)
    paper.set_line_width(0.8)
    paper.rect(MARGIN, top, INNER, height)
    width = INNER - (height if link else 0)
    paper.use(13, SOFT)
    paper.put(label, MARGIN + 4, top + 3, width - 8)
    paper.fit(code, 48, width - 8)
    paper.set_xy(MARGIN + 4, top + 11)
    paper.cell_bold(width - 8, 21, code)
    if link:
        draw_dots(paper, qr.dots(link), MARGIN + width + 3, top + 3, height - 6)
    paper.set_xy(MARGIN, top + height + 4)


def parcel_labels(labels: Sequence[ParcelLabel], *, title: str, foot: str, lang: str = "zh-CN") -> bytes:
    """Draw labels, ten on a sheet, with dashed lines to cut along."""
    words = [title, foot, *(text for label in labels for text in (label.code, *label.lines))]
    paper = Paper(title, words, lang=lang)
    paper.set_auto_page_break(False)
    for number, label in enumerate(labels):
        place = number % (_COLUMNS * _LINES)
        if place == 0:
            paper.add_page()
            draw_cuts(paper, _COLUMNS, _LINES)
        _draw_label(paper, label, _LABEL_WIDTH * (place % _COLUMNS), _LABEL_HEIGHT * (place // _COLUMNS), foot)
    return bytes(paper.output())


def draw_cuts(paper: Paper, columns: int, lines: int) -> None:
    """Draw dashed lines between the equal pieces of a sheet."""
    paper.set_draw_color(*LINE)
    paper.set_line_width(0.2)
    paper.set_dash_pattern(dash=2, gap=1.5)
    for column in range(1, columns):
        paper.line(WIDTH / columns * column, 0, WIDTH / columns * column, HEIGHT)
    for line in range(1, lines):
        paper.line(0, HEIGHT / lines * line, WIDTH, HEIGHT / lines * line)
    paper.set_dash_pattern()


def _draw_label(paper: Paper, label: ParcelLabel, left: float, top: float, foot: str) -> None:
    code = 27.0
    width = _LABEL_WIDTH - 2 * _PAD - code - 4
    paper.fit(label.code, 26, width)
    paper.set_xy(left + _PAD, top + _PAD)
    paper.cell_bold(width, 11, label.code)
    parts = [Part(text, 10) for text in label.lines]
    paper.put_stack(parts, left + _PAD, top + _PAD + 12.5, width, top + _LABEL_HEIGHT - _PAD - 5)
    draw_dots(paper, qr.dots(label.link), left + _LABEL_WIDTH - _PAD - code, top + _PAD, code)
    paper.use(8.5, SOFT)
    paper.put_lines(foot, left + _PAD, top + _LABEL_HEIGHT - _PAD - 4, _LABEL_WIDTH - 2 * _PAD, most=1)


def hand_over_lists(lists: Sequence[HandOverList], *, lang: str = "zh-CN") -> bytes:
    """Draw the lists of several villages, each beginning on a sheet of its own."""
    words = [text for each in lists for text in (each.title, *each.notes, *each.table.words, *each.foot)]
    paper = Paper(lists[0].title if lists else "", words, lang=lang)
    for each in lists:
        paper.add_page()
        paper.write_lines(each.title, 19)
        for note in each.notes:
            paper.write_lines(note, 11, colour=SOFT)
        paper.ln(3)
        draw_table(paper, each.table)
        _draw_lines_to_write(paper, each.foot)
    return bytes(paper.output())


def _draw_lines_to_write(paper: Paper, asked: Sequence[str]) -> None:
    if paper.get_y() + 14 > HEIGHT - MARGIN:
        paper.add_page()
    width, top = INNER / max(1, len(asked)), paper.get_y() + 4
    for number, text in enumerate(asked):
        left = MARGIN + width * number
        paper.use(10.5, SOFT)
        paper.put(text, left, top, width)
        end = left + paper.get_string_width(text) + 2
        paper.set_draw_color(*LINE)
        paper.line(end, top + 6, left + width - 5, top + 6)


def hand_over_slips(slips: Sequence[HandOverSlip], words: SlipWords, *, lang: str = "zh-CN") -> bytes:
    """Draw slips, two on a sheet, each with a field for the thumbprint, one for the witness, and the pledge's code."""
    said = [words.title, words.received, words.thumbprint, words.witness_is, words.foot, *words.asked, *words.witnesses]
    pairs = [text for slip in slips for row in slip.rows for text in row]
    paper = Paper(words.title, [*said, *pairs, *(slip.code for slip in slips)], lang=lang)
    paper.set_auto_page_break(False)
    for number, slip in enumerate(slips):
        if number % 2 == 0:
            paper.add_page()
            draw_cuts(paper, 1, 2)
        _draw_slip(paper, slip, words, _HALF * (number % 2))
    return bytes(paper.output())


def _draw_slip(paper: Paper, slip: HandOverSlip, words: SlipWords, top: float) -> None:
    dots, y = 30.0, top + 10
    left, right = MARGIN, WIDTH - MARGIN
    draw_dots(paper, qr.dots(slip.link), right - dots, y, dots)
    paper.fit(slip.code, 13, dots)
    paper.put(slip.code, right - dots, y + dots + 1, dots, align=Align.C)
    paper.use(18)
    paper.put(words.title, left, y, INNER - dots - 6)
    y += 12
    for label, value in slip.rows:
        paper.use(10.5, SOFT)
        paper.put(label, left, y + 0.6, 30)
        paper.use(12.5)
        y = paper.put_lines(value, left + 30, y, INNER - dots - 36)  # whole: the family signs for what stands here
    y = max(y, top + 54) + 2
    paper.use(12)
    y = paper.put_lines(words.received, left, y, INNER, most=2) + 1.5
    _draw_fields(paper, words, y, top + _HALF - 17 - y)
    paper.use(8.5, SOFT)
    paper.put_lines(words.foot, left, top + _HALF - 13, INNER, most=2)


def _draw_fields(paper: Paper, words: SlipWords, top: float, height: float) -> None:
    """Draw the square for the thumb, and beside it the lines to fill in and the boxes to tick."""
    thumb = 46.0
    paper.box(MARGIN, top, thumb, height)
    paper.use(9.5, SOFT)
    paper.put_lines(words.thumbprint, MARGIN + 2, top + 2, thumb - 4, most=3)
    left, width = MARGIN + thumb + 6, INNER - thumb - 6
    ticks = 17.5
    step = (height - ticks) / max(1, len(words.asked))
    for number, text in enumerate(words.asked):
        y = top + step * number
        paper.use(10.5, SOFT)
        paper.put(text, left, y + step - 7.5, width)
        paper.set_draw_color(*LINE)
        paper.line(left + paper.get_string_width(text) + 2, y + step - 1.5, left + width, y + step - 1.5)
    _draw_ticks(paper, words, left, top + height - ticks + 1.5, width)


def _draw_ticks(paper: Paper, words: SlipWords, left: float, top: float, width: float) -> None:
    paper.use(9.5, SOFT)
    x, y = left, top
    paper.put(words.witness_is, x, y)
    x += paper.get_string_width(words.witness_is) + 3
    step = 9.5 * LINE_HEIGHT
    for text in words.witnesses:
        wide = paper.get_string_width(text) + 9
        if x + wide > left + width:
            x, y = left, y + step
        paper.set_draw_color(*SOFT)
        paper.rect(x, y + 1.1, 3.2, 3.2)
        paper.put(text, x + 4.4, y)
        x += wide
