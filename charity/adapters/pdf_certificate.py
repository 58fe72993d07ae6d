"""A certificate of thanks, A4: who gave, what came true, the ring, and the entry of the book that anybody can check."""

from collections.abc import Sequence
from typing import Final

from fpdf.enums import Align

from charity.adapters import qr
from charity.adapters.pdf import BRICK, HEIGHT, INNER, LINE, MARGIN, SOFT, WIDTH, Paper, draw_dots
from charity.adapters.pdf_wishes import draw_ring

_FRAME: Final = 10.0
_RING: Final = 58.0
_CODE: Final = 36.0


def certificate(
    *,
    title: str,
    name: str,
    says: str,
    thing: str,
    lines: Sequence[str],
    counters: tuple[int, int, int, int],
    link: str,
    entry: Sequence[str],
    notes: Sequence[str],
    lang: str = "zh-CN",
) -> bytes:
    """Draw a certificate; MissingCharacters when no font here draws the name."""
    paper = Paper(title, [title, name, says, thing, *lines, *entry, *notes], lang=lang)
    paper.set_auto_page_break(False)
    paper.add_page()
    _draw_frame(paper)
    draw_ring(paper, (WIDTH - _RING) / 2, 26, _RING, counters)
    paper.set_y(92)
    paper.write_lines(title, 34, align=Align.C)
    paper.ln(9)
    paper.write_lines(name, 24, align=Align.C)
    paper.ln(3)
    paper.write_lines(says, 14, colour=SOFT, align=Align.C)
    paper.ln(4)
    paper.write_lines(thing, 20, colour=BRICK, align=Align.C)
    paper.ln(3)
    for line in lines:
        paper.write_lines(line, 13, align=Align.C)
    _draw_entry(paper, link, entry, notes)
    return bytes(paper.output())


def _draw_frame(paper: Paper) -> None:
    paper.set_draw_color(*LINE)
    for inset, width in ((_FRAME, 0.9), (_FRAME + 2.2, 0.3)):
        paper.set_line_width(width)
        paper.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)


def _draw_entry(paper: Paper, link: str, entry: Sequence[str], notes: Sequence[str]) -> None:
    """Draw the code to scan at the foot, and beside it where it leads and what this paper is not."""
    left, top = MARGIN + 4, HEIGHT - MARGIN - _CODE - 6
    draw_dots(paper, qr.dots(link), left, top, _CODE)
    column = left + _CODE + 7
    width = INNER - _CODE - 15
    paper.use(12)
    y = top
    for text in entry:
        y = paper.put_lines(text, column, y, width, most=2)
    paper.use(9.5, SOFT)
    y += 2
    for text in notes:
        y = paper.put_lines(text, column, y, width, most=3)
