"""Cards of public wishes to pin on a wall and scan, eight on an A4 sheet. All words come from the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from charity.adapters import qr
from charity.adapters.pdf import BRICK, HEIGHT, INK, LINE, SOFT, WIDTH, Paper, Part, draw_dots
from charity.adapters.pdf_parcels import draw_cuts
from charity.domain.ring import SIZE, ring_of

COLUMNS: Final = 2
LINES: Final = 4
PER_SHEET: Final = COLUMNS * LINES
_WIDTH: Final = WIDTH / COLUMNS
_HEIGHT: Final = HEIGHT / LINES
_PAD: Final = 9.0  # beyond what printers leave white at the edge of a sheet
_CODE: Final = 31.0
_RING: Final = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWish:
    """What stands on one card: what the public page of the wish tells, and no more."""

    title: str
    place: str
    lines: tuple[str, ...]
    link: str
    wanted: int
    fulfilled: int
    in_transit: int
    committed: int


def wish_cards(cards: Sequence[PaperWish], *, title: str, scan: str, brand: str, lang: str = "zh-CN") -> bytes:
    """Draw cards with dashed lines to cut along; MissingCharacters when no font here draws a word."""
    words = [title, scan, brand, *(text for card in cards for text in (card.title, card.place, *card.lines))]
    paper = Paper(title, words, lang=lang)
    paper.set_auto_page_break(False)
    for number, card in enumerate(cards):
        place = number % PER_SHEET
        if place == 0:
            paper.add_page()
            draw_cuts(paper, COLUMNS, LINES)
        _draw_card(paper, card, _WIDTH * (place % COLUMNS), _HEIGHT * (place // COLUMNS), scan=scan, brand=brand)
    return bytes(paper.output())


def _draw_card(paper: Paper, card: PaperWish, left: float, top: float, *, scan: str, brand: str) -> None:
    """Draw one card: what is wished for on the left, the code to scan and the ring on the right."""
    width = _WIDTH - 2 * _PAD - _CODE - 4
    x, code = left + _PAD, left + _WIDTH - _PAD - _CODE
    parts = [Part(card.title, 14.5), Part(card.place, 10, SOFT), *(Part(text, 10.5) for text in card.lines)]
    paper.put_stack(parts, x, top + _PAD, width, top + _HEIGHT - _PAD - 6)
    draw_dots(paper, qr.dots(card.link), code, top + _PAD, _CODE)
    paper.use(9.5, BRICK)
    paper.put_lines(scan, code, top + _PAD + _CODE + 1.5, _CODE, most=2)
    counters = (card.wanted, card.fulfilled, card.in_transit, card.committed)
    draw_ring(paper, code + _CODE - _RING, top + _HEIGHT - _PAD - _RING, _RING, counters)
    paper.use(8.5, SOFT)
    paper.put_lines(brand, x, top + _HEIGHT - _PAD - 4, _WIDTH - 2 * _PAD - _RING - 3, most=1)


def draw_ring(paper: Paper, left: float, top: float, size: float, counters: tuple[int, int, int, int]) -> None:
    """Draw the ring of a wish by its counters (wanted, confirmed, in transit, committed), readable in black and white.

    Confirmed units are filled, units on their way half filled, claimed ones have a core, free ones are empty.
    """
    wanted, confirmed, in_transit, committed = counters
    ring, scale = ring_of(wanted, confirmed, in_transit, committed), size / SIZE
    paper.set_line_width(0.3)
    for dot in ring.dots:
        _draw_dot(paper, left + dot.x * scale, top + dot.y * scale, ring.radius * scale, dot.state)
    if ring.arcs:
        _draw_arcs(
            paper,
            left + size / 2,
            top + size / 2,
            size * 0.354,
            ring.confirmed,
            ring.confirmed + ring.in_transit + ring.claimed + ring.empty,
        )
    paper.set_fill_color(*INK)
    paper.circle(left + size / 2, top + size / 2, size * 0.105, style="F")


def _draw_dot(paper: Paper, x: float, y: float, radius: float, state: str) -> None:
    paper.set_draw_color(*BRICK)
    paper.set_fill_color(*BRICK)
    paper.circle(x, y, radius, style="DF" if state == "confirmed" else "D")
    if state == "transit":
        paper.solid_arc(x - radius, y - radius, 2 * radius, 90, 270, style="F")
    elif state == "claimed":
        paper.circle(x, y, radius * 0.4, style="F")


def _draw_arcs(paper: Paper, x: float, y: float, reach: float, confirmed: int, total: int) -> None:
    """Draw too many units to count as one circle, of which the confirmed share is thick."""
    paper.set_draw_color(*LINE)
    paper.set_line_width(0.8)
    paper.circle(x, y, reach, style="D")
    if confirmed:
        paper.set_draw_color(*BRICK)
        paper.set_line_width(1.8)
        share = 360 * confirmed / max(total, 1)
        paper.arc(x - reach, y - reach, 2 * reach, -90, share - 90, style="D")
    paper.set_line_width(0.3)
