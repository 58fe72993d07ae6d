"""A small sheet to draw things on: coordinates from 0 to 100 across and 0 to 75 down, soft edges, no two alike."""

import io
from collections.abc import Sequence
from random import Random
from typing import Final

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
WIDTH, HEIGHT, FINE = 640, 480, 2
UNIT: Final = WIDTH * FINE / 100
WALLS: Final[tuple[Colour, ...]] = (
    (244, 232, 214), (226, 236, 232), (237, 227, 234), (229, 235, 243), (243, 238, 222), (232, 240, 226),
)  # fmt: skip
TABLES: Final[tuple[Colour, ...]] = (
    (196, 158, 118),
    (176, 142, 108),
    (208, 178, 140),
    (150, 132, 116),
    (186, 168, 150),
)
CLOTHS: Final[tuple[Colour, ...]] = (
    (192, 72, 62), (58, 96, 150), (72, 134, 100), (214, 148, 56), (128, 86, 150), (42, 118, 134), (166, 92, 110),
)  # fmt: skip


class Sheet:
    """A picture in the making: a wall, a table, and whatever is put on it."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._wall = chance.choice(WALLS)
        self._image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), self._wall)
        self._draw = ImageDraw.Draw(self._image)
        self._shift, self._lift = 0.0, 0.0
        self.main, self.second = chance.sample(CLOTHS, 2)
        self._room()
        self._shift, self._lift = chance.uniform(-9, 9), chance.uniform(-4, 4)

    def _room(self) -> None:
        """Draw the wall's light and the table, a little different each time."""
        light = shade(self._wall, 1.05)
        left = self.chance.uniform(5, 60)
        self.poly([(left, 0), (left + 24, 0), (left + self.chance.uniform(30, 46), 58), (left + 4, 58)], light)
        for _ in range(3):
            x, y, size = self.chance.uniform(0, 100), self.chance.uniform(0, 40), self.chance.uniform(6, 16)
            self.oval(x - size, y - size, x + size, y + size, _mixed(light, self.second, 0.10))
        table = self.chance.choice(TABLES)
        edge = self.chance.uniform(53, 60)
        self.box(-20, edge, 120, 95, table)
        self.box(-20, edge, 120, edge + 1.2, shade(table, 0.86))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (x + self._shift) * UNIT, (y + self._lift) * UNIT

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour, round_by: float = 0) -> None:
        """Draw a box, its corners rounded."""
        self._draw.rounded_rectangle([self._at(x0, y0), self._at(x1, y1)], round_by * UNIT, fill=colour)

    def oval(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """Draw an oval."""
        self._draw.ellipse([self._at(x0, y0), self._at(x1, y1)], fill=colour)

    def poly(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """Draw a filled shape."""
        self._draw.polygon([self._at(x, y) for x, y in points], fill=colour)

    def line(self, points: Sequence[tuple[float, float]], colour: Colour, width: float = 1.0) -> None:
        """Draw a line."""
        self._draw.line([self._at(x, y) for x, y in points], fill=colour, width=round(width * UNIT), joint="curve")

    def arc(self, x0: float, y0: float, x1: float, y1: float, span: tuple[int, int], colour: Colour) -> None:
        """Draw a bow, from and to an angle in degrees."""
        self._draw.arc([self._at(x0, y0), self._at(x1, y1)], span[0], span[1], fill=colour, width=round(1.6 * UNIT))

    def picture(self) -> bytes:
        """Give the picture as a JPEG file."""
        out = io.BytesIO()
        self._image.reduce(FINE).save(out, "JPEG", quality=90)
        return out.getvalue()


def shade(colour: Colour, by: float) -> Colour:
    """Give a darker (below 1) or lighter colour."""
    red, green, blue = (max(0, min(255, round(part * by))) for part in colour)
    return red, green, blue


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a * (1 - share) + b * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
