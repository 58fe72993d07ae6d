"""A family's card, A4: a public side that says nothing of hardship, and a private side for the locked file.

They are two papers: printed on both sides of one sheet, the private side would hang on the wall with the public one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fpdf.enums import Align

from charity.adapters import qr
from charity.adapters.pdf import HEIGHT, INNER, MARGIN, SOFT, WIDTH, Paper, draw_dots, draw_row, draw_sign
from charity.adapters.pdf_tables import Table, draw_table


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSide:
    """What anybody who sees the card may read: an alias, a place to turn to, and the family's own rights."""

    title: str
    bearer: str
    township: str
    rights_title: str
    rights: tuple[str, ...]
    link: str
    shown_link: str
    brand: str
    serial: str

    @property
    def words(self) -> list[str]:
        """List all that is written on it."""
        plain = (self.title, self.bearer, self.township, self.rights_title, self.shown_link, self.brand, self.serial)
        return [*plain, *self.rights]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateSide:
    """What only those see who opened the file for a purpose."""

    title: str
    note: str
    rows: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    foot: str

    @property
    def words(self) -> list[str]:
        """List all that is written on it."""
        pairs = [text for row in self.rows for text in row]
        return [self.title, self.note, self.foot, *pairs, *(word for table in self.tables for word in table.words)]


def public_side(side: PublicSide, *, lang: str = "zh-CN") -> bytes:
    """Draw the side that anybody may see."""
    paper = Paper(side.title, side.words, lang=lang)
    _draw_public(paper, side)
    return bytes(paper.output())


def private_side(side: PrivateSide, *, lang: str = "zh-CN") -> bytes:
    """Draw the sheets of the locked file; MissingCharacters when no font here draws a name."""
    paper = Paper(side.title, side.words, lang=lang)
    _draw_private(paper, side)
    return bytes(paper.output())


def _draw_public(paper: Paper, side: PublicSide) -> None:
    paper.add_page()
    draw_sign(paper, WIDTH / 2, 54, 21)
    paper.set_y(90)
    paper.write_lines(side.title, 30, align=Align.C)
    paper.ln(4)
    paper.write_lines(side.bearer, 24, align=Align.C)
    paper.ln(10)
    paper.write_lines(side.rights_title, 16)
    paper.ln(1)
    _write_numbered(paper, side.rights, 13.5)
    size = 38.0
    top = HEIGHT - MARGIN - size - 4
    draw_dots(paper, qr.dots(side.link), MARGIN, top, size)
    left, width = MARGIN + size + 7, INNER - size - 7
    paper.use(16)
    y = paper.put_lines(side.township, left, top, width)
    paper.use(11.5, SOFT)
    for text in (side.shown_link, side.brand, side.serial):
        y = paper.put_lines(text, left, y + 1.5, width)


def _write_numbered(paper: Paper, texts: Sequence[str], size: float) -> None:
    for number, text in enumerate(texts, start=1):
        paper.write_lines(f"{number}. {text}", size, indent=6)
        paper.ln(1)


def _draw_private(paper: Paper, side: PrivateSide) -> None:
    paper.add_page()
    paper.write_lines(side.title, 20)
    paper.write_lines(side.note, 11, colour=SOFT)
    paper.ln(2)
    for label, value in side.rows:
        draw_row(paper, label, value, size=13)
    paper.ln(5)
    for table in side.tables:
        if table.rows:
            draw_table(paper, table)
    paper.write_lines(side.foot, 10.5, colour=SOFT)
