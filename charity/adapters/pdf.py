"""Papers to print, A4: the sheet that all papers are drawn on, and a household's code card; words come from callers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import cos, pi, sin
from typing import Final

from fpdf import FPDF
from fpdf.enums import Align, TextMode, XPos, YPos

from charity.adapters import fonts
from charity.adapters.clock import now
from charity.adapters.typeset import wrap

FAMILY: Final = "kai"
WIDTH: Final = 210.0
HEIGHT: Final = 297.0
MARGIN: Final = 16.0
INNER: Final = WIDTH - 2 * MARGIN
LINE_HEIGHT: Final = 0.56  # millimetres of line per point of type
Colour = tuple[int, int, int]
INK: Final[Colour] = (43, 38, 33)
SOFT: Final[Colour] = (97, 87, 76)
LINE: Final[Colour] = (190, 178, 158)
BRICK: Final[Colour] = (160, 53, 36)
COLUMNS: Final = 2
MAX_CODES: Final = 20
LOWEST_BOX: Final = 13.0
SCALES: Final = (1.0, 0.93, 0.86, 0.79, 0.72, 0.66)  # of type that has to fit
BETWEEN_PARTS: Final = 0.6


@dataclass(frozen=True, slots=True)
class Part:
    """A text of a column, in the size and colour it is meant to have."""

    text: str
    size: float
    colour: Colour = INK


def code_card(
    *,
    title: str,
    bearer: str,
    township: str,
    codes: Sequence[str],
    codes_title: str,
    instructions: Sequence[str],
    brand: str = "",
    serial: str = "",
) -> bytes:
    """Draw a household's card: a cover that says nothing but the title, and its single-use codes in large print inside.

    `bearer` is the alias, or empty for a line to write on. MissingCharacters when no font here draws a name.
    """
    if not 0 < len(codes) <= MAX_CODES:
        raise ValueError(f"a card holds 1 to {MAX_CODES} codes")
    paper = Paper(title, [title, bearer, township, codes_title, brand, serial, *codes, *instructions])
    paper.add_page()
    _draw_cover(paper, title=title, bearer=bearer, township=township, brand=brand, serial=serial)
    paper.add_page()
    paper.write_lines(codes_title, 24)
    paper.ln(2)
    for number, text in enumerate(instructions, start=1):
        paper.write_lines(f"{number}. {text}", 15, indent=7)
    paper.ln(4)
    _draw_codes(paper, codes)
    return bytes(paper.output())


class Paper(FPDF):
    """A4 with our fonts: ours first, a system font for characters that it lacks."""

    def __init__(self, title: str, words: Iterable[str], *, lang: str = "zh-CN") -> None:
        super().__init__(format="A4")
        own, *others = fonts.faces_for("".join(words) + "0123456789.·…")
        self.add_font(FAMILY, fname=own.path)
        for number, face in enumerate(others):
            self.add_font(f"{FAMILY}{number}", fname=face.path, collection_font_number=face.number)
        self.set_fallback_fonts([f"{FAMILY}{number}" for number in range(len(others))], exact_match=False)
        self.set_text_shaping(True)
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=MARGIN)
        self.set_title(fonts.visible(title))
        self.set_lang(lang)
        self.set_creation_date(now())
        self.use(12)

    def normalize_text(self, text: str) -> str:
        """Leave out, wherever something is measured or drawn, what has no ink."""
        return super().normalize_text(fonts.visible(text))

    def use(self, size: float, colour: Colour = INK) -> None:
        """Write on in this size and colour."""
        self.set_font(FAMILY, size=size)
        self.set_text_color(*colour)

    def lines_of(self, text: str, width: float) -> list[str]:
        """Break a text in the present font."""
        return wrap(fonts.visible(text), width, self.get_string_width)

    def write_lines(
        self, text: str, size: float, *, colour: Colour = INK, indent: float = 0, align: Align = Align.L
    ) -> None:
        """Write a text in as many lines as it takes; all but the first are indented."""
        self.use(size, colour)
        for number, line in enumerate(self.lines_of(text, INNER - indent)):
            left = MARGIN + (indent if number else 0)
            self.set_x(left)
            self.cell(WIDTH - MARGIN - left, size * LINE_HEIGHT, line, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def fit(self, text: str, size: float, width: float, colour: Colour = INK) -> None:
        """Choose the largest size up to this one in which the text stands on one line."""
        self.use(size, colour)
        while size > 8 and self.get_string_width(text) > width:
            size -= 1
            self.use(size, colour)

    def cell_bold(self, width: float, height: float, text: str) -> None:
        """Write a text in the middle of a box with thick strokes: our font has one weight, and old eyes read this."""
        with self.local_context(text_mode=TextMode.FILL_STROKE, line_width=0.35, draw_color=INK):
            self.cell(width, height, text, align=Align.C)

    def put(self, text: str, left: float, top: float, width: float = 0, *, align: Align = Align.L) -> None:
        """Write one line at a place in the present size."""
        self.set_xy(left, top)
        self.cell(width, self.font_size_pt * LINE_HEIGHT, text, align=align)

    def put_lines(self, text: str, left: float, top: float, width: float, *, most: int = 99) -> float:
        """Write a text into a column in the present size, at most so many lines, and give where the next one begins."""
        lines = self.lines_of(text, width)
        shown = lines[:most]
        if len(lines) > most:
            while shown[-1] and self.get_string_width(f"{shown[-1]}…") > width:
                shown[-1] = shown[-1][:-1]
            shown[-1] += "…"
        for line in shown:
            self.put(line, left, top, width)
            top += self.font_size_pt * LINE_HEIGHT
        return top

    def put_stack(self, parts: Sequence[Part], left: float, top: float, width: float, bottom: float) -> None:
        """Write texts below each other into a column, all of them smaller when they would not end above its bottom.

        What does not end there in the smallest type either is cut with "…".
        """
        scale = next((one for one in SCALES if top + self._height_of(parts, width, one) <= bottom), SCALES[-1])
        for part in parts:
            self.use(part.size * scale, part.colour)
            room = int((bottom - top) / (self.font_size_pt * LINE_HEIGHT))
            if room > 0:
                top = self.put_lines(part.text, left, top, width, most=room) + BETWEEN_PARTS

    def _height_of(self, parts: Sequence[Part], width: float, scale: float) -> float:
        height = 0.0
        for part in parts:
            self.use(part.size * scale)
            height += len(self.lines_of(part.text, width)) * self.font_size_pt * LINE_HEIGHT + BETWEEN_PARTS
        return height - BETWEEN_PARTS

    def box(self, left: float, top: float, width: float, height: float) -> None:
        """Draw an empty field to write in."""
        self.set_draw_color(*LINE)
        self.set_line_width(0.3)
        self.rect(left, top, width, height)

    def rule(self, *, dashed: bool = False) -> None:
        """Draw a line across, to write on or to cut along."""
        self.set_draw_color(*LINE)
        self.set_line_width(0.3)
        self.set_dash_pattern(dash=2 if dashed else 0, gap=1.5 if dashed else 0)
        self.line(MARGIN, self.get_y(), WIDTH - MARGIN, self.get_y())
        self.set_dash_pattern()


def _draw_cover(paper: Paper, *, title: str, bearer: str, township: str, brand: str, serial: str) -> None:
    draw_sign(paper, WIDTH / 2, 92, 30)
    paper.set_y(140)
    paper.write_lines(title, 40, align=Align.C)
    paper.ln(14)
    if bearer:
        paper.write_lines(bearer, 28, align=Align.C)
    else:
        paper.ln(12)
        paper.set_draw_color(*LINE)
        paper.line(60, paper.get_y(), WIDTH - 60, paper.get_y())
    paper.set_y(238)
    paper.write_lines(township, 18, align=Align.C)
    for text in (brand, serial):
        if text:
            paper.write_lines(text, 13, colour=SOFT, align=Align.C)


def draw_sign(paper: Paper, x: float, y: float, reach: float) -> None:
    """Draw the sign of the house: people in a circle around one household."""
    dot = reach * 5 / 17
    for turn in range(5):
        angle = 2 * pi * turn / 5 - pi / 2
        paper.set_fill_color(*BRICK)
        paper.circle(x + reach * cos(angle), y + reach * sin(angle), dot, style="F")
    paper.set_fill_color(*INK)
    paper.circle(x, y, dot, style="F")


def _draw_codes(paper: Paper, codes: Sequence[str]) -> None:
    """Fill the rest of the page with boxes: a number, a code, and a square to cross when it is used."""
    lines = -(-len(codes) // COLUMNS)
    if paper.get_y() + lines * LOWEST_BOX > HEIGHT - MARGIN:
        paper.add_page()
    top = paper.get_y()
    height = min(20.0, (HEIGHT - MARGIN - top) / lines)
    width = INNER / COLUMNS
    paper.set_auto_page_break(False)
    paper.set_line_width(0.3)
    for place, code in enumerate(codes):
        left, up = MARGIN + width * (place // lines), top + height * (place % lines)
        paper.set_draw_color(*LINE)
        paper.rect(left, up, width, height)
        paper.use(12, SOFT)
        paper.set_xy(left + 2, up)
        paper.cell(8, height, str(place + 1), align=Align.R)
        paper.fit(code, 28, width - 26)
        paper.set_xy(left + 12, up)
        paper.cell_bold(width - 26, height, code)
        paper.set_draw_color(*SOFT)
        paper.rect(left + width - 11, up + height / 2 - 3, 6, 6)


def draw_dots(paper: Paper, dots: Sequence[Sequence[bool]], left: float, top: float, size: float) -> None:
    """Draw rows of dots as one square of so many millimetres; neighbours in a row become one bar."""
    step = size / len(dots)
    paper.set_fill_color(0, 0, 0)
    for line, row in enumerate(dots):
        column = 0
        for dark, run in groupby(row):
            count = len(list(run))
            if dark:
                # A hair wider than its step, so that no printer leaves white seams.
                paper.rect(left + column * step, top + line * step, step * (count + 0.02), step * 1.02, style="F")
            column += count


def draw_row(paper: Paper, label: str, value: str, *, size: float = 17) -> None:
    """Write a label and its value beside it, over as many lines as they take, with a line below."""
    step = size * 0.53
    paper.use(12, SOFT)
    names = paper.lines_of(label, 38)
    paper.use(size)
    values = paper.lines_of(value, INNER - 44)
    height = step * max(1, len(names), len(values))
    if paper.get_y() + height + 3 > HEIGHT - MARGIN:
        paper.add_page()
    top = paper.get_y()
    for column, lines, points, colour in ((MARGIN, names, 12, SOFT), (MARGIN + 44, values, size, INK)):
        paper.use(points, colour)
        for number, line in enumerate(lines):
            paper.set_xy(column, top + 1.5 + number * step)
            paper.cell(0, step, line)
    paper.set_xy(MARGIN, top + 3 + height)
    paper.rule()
