"""The picture that a shared link shows: brand, title, place, units and the N+1 ring, drawn here from plain values."""

import io
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from math import cos, pi, sin
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from charity.adapters import fonts
from charity.adapters.typeset import Measure, wrap
from charity.domain.ring import ORBIT, SIZE, Ring, ring_of

WIDTH: Final = 1200
HEIGHT: Final = 630
MARGIN: Final = 72
TEXT_WIDTH: Final = 620
RING: Final = 400
RING_AT: Final = (WIDTH - MARGIN - RING, (HEIGHT - RING) // 2)
SHARPER: Final = 3
TITLE_SIZES: Final = (68, 58, 50)
TITLE_LINES: Final = 3
COLOURS: Final = 96
LARGEST: Final = 60_000
# The light tokens of the site's stylesheet: a shared picture has no dark mode.
PAPER, CARD, INK, SOFT, LINE, EDGE = "#faf6ee", "#fffdf8", "#2b2621", "#61574c", "#e0d6c5", "#85796a"
BRICK, GREEN = "#a03524", "#1c6644"


def draw(
    *,
    brand: str,
    title: str,
    place: str,
    units: str,
    note: str = "",
    wanted: int,
    confirmed: int,
    in_transit: int,
    committed: int,
) -> bytes:
    """Draw a 1200x630 PNG of at most 60 KB; MissingCharacters when no font of this machine draws the words."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, HEIGHT - 14, WIDTH, HEIGHT), fill=BRICK)
    _draw_words(image, brand=brand, title=title, place=place, units=units, note=note)
    image.paste(_drawn_ring(ring_of(wanted, confirmed, in_transit, committed)), RING_AT)
    return _packed(image)


def _draw_words(image: Image.Image, *, brand: str, title: str, place: str, units: str, note: str) -> None:
    _draw_sign(image, (MARGIN, 64), 64)
    _write(image, (MARGIN + 84, 72), brand, 40, INK)
    size, lines = _fitted_title(title)
    top = 190.0
    for line in lines:
        _write(image, (MARGIN, top), line, size, INK, weight=1)
        top += size * 1.32
    top += 20
    for words, points, colour in ((place, 36, SOFT), (units, 40, GREEN)):
        _write(image, (MARGIN, top), _cut(words, points, TEXT_WIDTH), points, colour)
        top += points * 1.55
    _write(image, (MARGIN, HEIGHT - 78), _cut(note, 28, WIDTH - 2 * MARGIN), 28, SOFT)


def _fitted_title(title: str) -> tuple[int, list[str]]:
    for size in TITLE_SIZES:
        lines = wrap(fonts.without_pictographs(title), TEXT_WIDTH, _measure(size))
        if len(lines) <= TITLE_LINES:
            return size, lines
    size = TITLE_SIZES[-1]
    kept = wrap(fonts.without_pictographs(title), TEXT_WIDTH, _measure(size))[:TITLE_LINES]
    return size, [*kept[:-1], _cut(kept[-1] + "……", size, TEXT_WIDTH)]


def _cut(words: str, size: int, width: float) -> str:
    text, measure = fonts.without_pictographs(words), _measure(size)
    if measure(text) <= width:
        return text
    text = text.rstrip("…")
    while text and measure(text + "…") > width:
        text = text[:-1]
    return text + "…"


@cache
def _font(face: fonts.Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face.path), size, index=face.number)


def _runs(text: str, size: int) -> list[tuple[ImageFont.FreeTypeFont, str]]:
    """Cut a text where the font changes."""
    faces = fonts.faces_for(text)

    def face_of(character: str) -> fonts.Face:
        return next(face for face in faces if ord(character) in face.characters)

    return [(_font(face, size), "".join(run)) for face, run in groupby(text, face_of)]


def _measure(size: int) -> Measure:
    return lambda text: sum(font.getlength(run) for font, run in _runs(text, size))


def _write(image: Image.Image, at: tuple[float, float], text: str, size: int, colour: str, *, weight: int = 0) -> None:
    pen = ImageDraw.Draw(image)
    left, top = at
    for font, run in _runs(fonts.without_pictographs(text), size):
        # Fonts differ in height; the line they stand on is the same.
        pen.text(
            (left, top + size * 0.88), run, font=font, fill=colour, anchor="ls", stroke_width=weight, stroke_fill=colour
        )
        left += font.getlength(run)


def _draw_sign(image: Image.Image, at: tuple[int, int], size: int) -> None:
    """Draw the sign of the house: people in a circle around one household."""
    big = Image.new("RGB", (size * SHARPER, size * SHARPER), PAPER)
    pen, unit = ImageDraw.Draw(big), size * SHARPER / SIZE
    for turn in range(5):
        angle = 2 * pi * turn / 5 - pi / 2
        pen.circle(((24 + ORBIT * cos(angle)) * unit, (24 + ORBIT * sin(angle)) * unit), 5 * unit, fill=BRICK)
    pen.circle((24 * unit, 24 * unit), 5 * unit, fill=INK)
    image.paste(big.resize((size, size), Image.Resampling.LANCZOS), at)


def _drawn_ring(ring: Ring) -> Image.Image:
    big = Image.new("RGB", (RING * SHARPER, RING * SHARPER), PAPER)
    pen, unit = ImageDraw.Draw(big), RING * SHARPER / SIZE
    middle = 24 * unit
    pen.circle((middle, middle), ORBIT * unit, outline=EDGE if ring.arcs else LINE, width=round(0.9 * unit))
    _draw_arcs(pen, ring, unit)
    for dot in ring.dots:
        _draw_dot(pen, (dot.x * unit, dot.y * unit), ring.radius * unit, dot.state, unit)
    pen.circle((middle, middle), 4.5 * unit, fill=INK)
    return big.resize((RING, RING), Image.Resampling.LANCZOS)


def _draw_arcs(pen: ImageDraw.ImageDraw, ring: Ring, unit: float) -> None:
    looks = {"confirmed": (GREEN, 9.0), "transit": (INK, 6.0), "claimed": (INK, 3.0)}
    for arc in ring.arcs:
        if arc.state not in looks:
            continue
        colour, width = looks[arc.state]
        reach = (ORBIT + width / 2) * unit
        box = (24 * unit - reach, 24 * unit - reach, 24 * unit + reach, 24 * unit + reach)
        begin = arc.start * 3.6 - 90
        pen.arc(box, begin, begin + arc.length * 3.6, fill=colour, width=round(width * unit))


def _draw_dot(pen: ImageDraw.ImageDraw, at: tuple[float, float], radius: float, state: str, unit: float) -> None:
    x, y = at
    stroke = round(0.9 * unit)
    if state == "confirmed":
        pen.circle(at, radius, fill=GREEN)
        tick: Sequence[tuple[float, float]] = (
            (x - radius * 0.42, y),
            (x - radius * 0.1, y + radius * 0.34),
            (x + radius * 0.46, y - radius * 0.34),
        )
        pen.line(tick, fill=CARD, width=max(2, round(radius * 0.22)), joint="curve")
        return
    pen.circle(at, radius, fill=CARD, outline=EDGE if state == "empty" else INK, width=stroke)
    if state == "transit":
        pen.pieslice((x - radius, y - radius, x + radius, y + radius), 90, 270, fill=INK)
    elif state == "claimed":
        pen.circle(at, radius * 0.4, fill=INK)


def _packed(image: Image.Image) -> bytes:
    """Few flat colours make a small PNG; fewer still if a picture is unusually rich."""
    for colours in (COLOURS, 32, 12):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()
