"""Cards of circles to cut out, and a poster for a programme, A4. All words come from the caller."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

from charity.adapters import qr
from charity.adapters.pdf import (
    BRICK,
    HEIGHT,
    INK,
    INNER,
    LINE_HEIGHT,
    MARGIN,
    SOFT,
    WIDTH,
    Paper,
    draw_dots,
)
from charity.adapters.pdf_parcels import draw_cuts

COLUMNS: Final = 2
LINES: Final = 4
PER_SHEET: Final = COLUMNS * LINES
_CARD_WIDTH: Final = WIDTH / COLUMNS
_CARD_HEIGHT: Final = HEIGHT / LINES
_PAD: Final = 9.0  # of a card, and beyond what printers leave white at the edge of a sheet
_CODE: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleCard:
    """What stands on one card."""

    title: str
    place: str
    lines: tuple[str, ...]
    link: str
    seats: int
    taken: int


def circle_cards(cards: Sequence[CircleCard], *, title: str, foot: str, brand: str) -> bytes:
    """Draw cards, eight on a sheet, with dashed lines to cut along."""
    paper = Paper(title, _words(cards, title, foot, brand))
    paper.set_auto_page_break(False)
    for number, card in enumerate(cards):
        place = number % PER_SHEET
        if place == 0:
            paper.add_page()
            draw_cuts(paper, COLUMNS, LINES)
        left, top = _CARD_WIDTH * (place % COLUMNS), _CARD_HEIGHT * (place // COLUMNS)
        _draw_card(paper, card, left, top, foot=foot, brand=brand)
    return bytes(paper.output())


def poster(
    *, title: str, seats: int, lines: Sequence[str], link: str, shown_link: str, notes: Sequence[str], brand: str
) -> bytes:
    """Draw a poster: the programme, what is promised, and a large code to scan."""
    paper = Paper(title, [title, shown_link, brand, *lines, *notes])
    paper.add_page()
    paper.ln(6)
    _draw_ring(paper, WIDTH / 2, 46, 20, seats=seats, taken=0)
    paper.set_y(78)
    _write_middle(paper, title, 32)
    paper.ln(4)
    for line in lines:
        _write_middle(paper, line, 17)
    size = 82.0
    paper.ln(6)
    top = paper.get_y()
    draw_dots(paper, qr.dots(link), (WIDTH - size) / 2, top, size)
    paper.set_y(top + size + 5)
    _write_middle(paper, shown_link, 15)
    paper.ln(5)
    for note in notes:
        _write_middle(paper, note, 11.5, SOFT)
    paper.set_y(HEIGHT - MARGIN - 8)
    _write_middle(paper, brand, 12, SOFT)
    return bytes(paper.output())


def _words(cards: Iterable[CircleCard], *others: str) -> list[str]:
    return [*others, *(text for card in cards for text in (card.title, card.place, *card.lines))]


def _write_middle(paper: Paper, text: str, size: float, colour: tuple[int, int, int] = INK) -> None:
    paper.use(size, colour)
    for line in paper.lines_of(text, INNER):
        paper.set_x(MARGIN)
        paper.cell(INNER, size * LINE_HEIGHT, line, align="C")
        paper.ln(size * LINE_HEIGHT)


def _draw_card(paper: Paper, card: CircleCard, left: float, top: float, *, foot: str, brand: str) -> None:
    """Draw one card: who is meant and what is asked on the left, ring and code on the right."""
    inner = _CARD_WIDTH - 2 * _PAD
    words = inner - _CODE - 4
    code = left + _CARD_WIDTH - _PAD - _CODE
    _draw_ring(paper, left + _PAD + 6.5, top + _PAD + 6.5, 5.2, seats=card.seats, taken=card.taken)
    paper.fit(card.title, 15, words - 15)
    _put(paper, card.title, left + _PAD + 15, top + _PAD, 15)
    paper.fit(card.place, 10.5, words - 15, SOFT)
    _put(paper, card.place, left + _PAD + 15, top + _PAD + 8, 10.5)
    y = top + _PAD + 17
    for text in card.lines:
        paper.use(10.5)
        for line in paper.lines_of(text, words):
            _put(paper, line, left + _PAD, y, 10.5)
            y += 5.4
    draw_dots(paper, qr.dots(card.link), code, top + _PAD, _CODE)
    paper.use(8.5, SOFT)
    y = top + _PAD + _CODE + 2
    for line in paper.lines_of(foot, _CODE + 2):
        _put(paper, line, code, y, 8.5)
        y += 4.4
    paper.use(9, SOFT)
    _put(paper, brand, left + _PAD, top + _CARD_HEIGHT - _PAD - 5, 9)


def _put(paper: Paper, text: str, left: float, top: float, size: float) -> None:
    paper.set_xy(left, top)
    paper.cell(0, size * LINE_HEIGHT, text)


def _draw_ring(paper: Paper, x: float, y: float, reach: float, *, seats: int, taken: int) -> None:
    """Draw the household in the middle and its seats around it; taken ones are filled, so that no colour is needed."""
    dot = reach * sin(pi / max(seats, 3)) * 0.72
    paper.set_draw_color(*BRICK)
    paper.set_fill_color(*BRICK)
    paper.set_line_width(0.35)
    for seat in range(seats):
        angle = 2 * pi * seat / seats - pi / 2
        paper.circle(x + reach * cos(angle), y + reach * sin(angle), dot, style="DF" if seat < taken else "D")
    paper.set_fill_color(*INK)
    paper.circle(x, y, dot, style="F")
