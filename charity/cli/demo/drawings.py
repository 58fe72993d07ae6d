"""Simple pictures of things, one drawing for each category of the catalogue; never a person."""

import math
from collections.abc import Callable
from random import Random
from typing import Final

from charity.cli.demo.canvas import Colour, Sheet, shade

WHITE: Final[Colour] = (250, 248, 242)
METAL: Final[Colour] = (168, 172, 178)
DARK: Final[Colour] = (64, 60, 62)
WOOD: Final[Colour] = (170, 118, 70)
LEAF: Final[Colour] = (88, 142, 78)
YELLOW: Final[Colour] = (244, 206, 96)


def _bag(s: Sheet) -> None:
    s.arc(42, 12, 58, 30, (180, 360), shade(s.main, 0.7))
    s.box(32, 20, 68, 64, s.main, 9)
    s.box(37, 42, 63, 61, shade(s.main, 0.84), 4)
    s.line([(37, 47), (63, 47)], shade(s.main, 0.6), 0.8)
    s.oval(47, 26, 53, 32, s.second)


def _stationery(s: Sheet) -> None:
    for place, colour in enumerate((s.main, s.second, YELLOW)):
        x = 30 + place * 9
        s.box(x, 22, x + 5, 56, colour)
        s.poly([(x, 22), (x + 5, 22), (x + 2.5, 14)], (232, 204, 164))
        s.poly([(x + 1.7, 16.6), (x + 3.3, 16.6), (x + 2.5, 14)], DARK)
    s.box(58, 26, 82, 60, WHITE, 1)
    for row in range(4):
        s.line([(62, 33 + row * 6), (78, 33 + row * 6)], METAL, 0.5)
    s.box(58, 26, 61, 60, shade(s.second, 0.8), 1)


def _books(s: Sheet) -> None:
    bottom = 62.0
    for place, colour in enumerate((s.main, s.second, YELLOW, shade(s.main, 1.25), shade(s.second, 0.75))):
        left, high = 28 + s.chance.uniform(-3, 3), s.chance.uniform(6, 8.5)
        s.box(left, bottom - high, left + 44, bottom, colour, 1)
        s.box(left + 40, bottom - high + 1, left + 44, bottom - 1, WHITE)
        s.line([(left + 6, bottom - high / 2), (left + 20, bottom - high / 2)], shade(colour, 1.4), 0.7)
        bottom -= high + (0.2 if place else 0)


def _lamp(s: Sheet) -> None:
    s.poly([(40, 34), (66, 34), (84, 62), (22, 62)], shade(YELLOW, 1.12))
    s.oval(40, 58, 66, 66, DARK)
    s.line([(53, 62), (44, 40), (56, 24)], METAL, 1.8)
    s.poly([(46, 14), (64, 18), (72, 34), (40, 32)], s.main)
    s.oval(51, 29, 61, 37, YELLOW)


def _desk(s: Sheet) -> None:
    s.box(18, 34, 70, 38, WOOD, 1)
    for x in (20, 65):
        s.box(x, 38, x + 3, 66, shade(WOOD, 0.8))
    s.box(46, 38, 66, 46, shade(WOOD, 0.9), 1)
    s.oval(54, 41, 58, 44, DARK)
    s.box(26, 26, 40, 34, s.main, 1)
    s.box(76, 30, 80, 66, shade(s.second, 0.8))
    s.box(66, 50, 80, 53, s.second, 1)


def _coat(s: Sheet) -> None:
    s.poly([(38, 20), (62, 20), (84, 40), (76, 48), (66, 40), (66, 66), (34, 66), (34, 40), (24, 48), (16, 40)], s.main)
    s.oval(41, 12, 59, 28, shade(s.main, 0.75))
    s.oval(44, 15, 56, 27, shade(s.main, 0.5))
    s.line([(50, 26), (50, 66)], WHITE, 0.8)
    for row in range(4):
        s.line([(34, 34 + row * 8), (66, 34 + row * 8)], shade(s.main, 0.8), 0.7)


def _clothes(s: Sheet) -> None:
    s.poly([(34, 16), (44, 20), (56, 20), (66, 16), (78, 28), (68, 34), (66, 46), (34, 46), (32, 34), (22, 28)], s.main)
    s.line([(36, 34), (64, 34)], WHITE, 1.6)
    s.poly([(34, 48), (66, 48), (68, 70), (54, 70), (50, 56), (46, 70), (32, 70)], s.second)


def _shoe(s: Sheet, x: float, y: float, colour: Colour) -> None:
    s.poly([(x, y), (x + 12, y), (x + 16, y + 8), (x + 30, y + 11), (x + 32, y + 18), (x, y + 18)], colour)
    s.box(x - 1, y + 17, x + 33, y + 21, WHITE, 1.5)
    for place in range(3):
        s.line([(x + 12 + place * 4, y + 6 + place * 2), (x + 17 + place * 4, y + 4 + place * 2)], WHITE, 0.8)


def _shoes(s: Sheet) -> None:
    _shoe(s, 18, 22, shade(s.main, 0.8))
    _shoe(s, 46, 43, s.main)


def _bedding(s: Sheet) -> None:
    s.box(20, 46, 82, 66, shade(s.main, 0.86), 3)
    s.box(20, 34, 82, 50, s.main, 4)
    for place in range(6):
        s.line([(26 + place * 10, 35), (26 + place * 10, 49)], shade(s.main, 1.2), 0.8)
    s.box(26, 22, 50, 36, WHITE, 5)
    s.box(54, 22, 78, 36, shade(s.second, 1.3), 5)


def _quilt(s: Sheet) -> None:
    for layer in range(3):
        s.box(22, 28 + layer * 12, 80, 42 + layer * 12, shade(s.main, 1.1 - layer * 0.12), 5)
    for place in range(5):
        x = 30 + place * 11
        s.poly([(x, 29), (x + 4, 34), (x, 39), (x - 4, 34)], shade(s.second, 1.2))


def _kitchen(s: Sheet) -> None:
    s.box(28, 34, 66, 62, METAL, 5)
    s.box(24, 40, 70, 44, shade(METAL, 0.8), 2)
    s.oval(28, 28, 66, 40, shade(METAL, 1.15))
    s.oval(44, 24, 50, 30, DARK)
    s.oval(68, 52, 88, 66, s.main)
    s.oval(70, 52, 86, 58, WHITE)


def _staples(s: Sheet) -> None:
    s.box(24, 26, 52, 66, (232, 218, 190), 5)
    s.poly([(28, 27), (48, 27), (44, 18), (32, 18)], (214, 198, 166))
    s.oval(31, 40, 45, 54, s.main)
    s.box(58, 34, 76, 66, YELLOW, 4)
    s.box(63, 26, 71, 36, shade(YELLOW, 0.8), 1)
    s.box(58, 46, 76, 56, WHITE)


def _heater(s: Sheet) -> None:
    for place in range(7):
        s.box(26 + place * 7, 24, 31 + place * 7, 60, shade(METAL, 1.28), 2)
    s.box(24, 56, 76, 60, shade(METAL, 1.1))
    s.box(28, 60, 34, 66, DARK)
    s.box(66, 60, 72, 66, DARK)
    s.oval(70, 30, 76, 36, (226, 106, 62))


def _appliance(s: Sheet) -> None:
    s.box(30, 16, 72, 66, WHITE, 4)
    s.box(30, 16, 72, 25, shade(METAL, 1.15), 4)
    s.oval(37, 30, 65, 60, METAL)
    s.oval(41, 34, 61, 56, shade(s.main, 1.2))
    s.oval(34, 18, 39, 23, s.second)


def _care_aid(s: Sheet) -> None:
    s.oval(30, 38, 58, 66, DARK)
    s.oval(34, 42, 54, 62, (226, 220, 212))
    s.oval(64, 56, 74, 66, DARK)
    s.box(38, 36, 68, 42, s.main, 2)
    s.box(36, 16, 42, 42, s.main, 2)
    s.line([(36, 18), (28, 18)], DARK, 1.8)
    s.line([(66, 40), (74, 58), (80, 58)], METAL, 1.6)


def _farm_tool(s: Sheet) -> None:
    s.line([(28, 64), (66, 16)], WOOD, 2.4)
    s.poly([(62, 10), (84, 22), (78, 30), (64, 20)], METAL)
    s.line([(46, 66), (38, 18)], shade(WOOD, 0.85), 2.2)
    for place in range(4):
        s.line([(31 + place * 4, 18), (31 + place * 4, 8)], METAL, 1.0)
    s.line([(31, 18), (43, 18)], METAL, 1.4)


def _seedlings(s: Sheet) -> None:
    for place in range(4):
        x = 22 + place * 16
        s.poly([(x, 52), (x + 12, 52), (x + 10, 66), (x + 2, 66)], (178, 104, 72))
        s.line([(x + 6, 52), (x + 6, 36)], LEAF, 1.0)
        lift = s.chance.uniform(-4, 3)
        s.oval(x - 3, 32 + lift, x + 6, 40 + lift, LEAF)
        s.oval(x + 6, 28 - lift, x + 15, 36 - lift, shade(LEAF, 1.15))


def _ball(s: Sheet) -> None:
    orange = (214, 122, 54)
    s.oval(26, 20, 70, 64, orange)
    s.line([(48, 20), (48, 64)], DARK, 0.8)
    s.line([(26, 42), (70, 42)], DARK, 0.8)
    s.arc(8, 22, 42, 62, (300, 60), DARK)
    s.arc(54, 22, 88, 62, (120, 240), DARK)


def _art(s: Sheet) -> None:
    s.oval(22, 22, 66, 60, (226, 198, 156))
    s.oval(50, 44, 58, 52, (244, 238, 226))
    for place, colour in enumerate((s.main, s.second, YELLOW, LEAF, WHITE)):
        angle = math.radians(150 + place * 42)
        x, y = 43 + 14 * math.cos(angle), 40 + 12 * math.sin(angle)
        s.oval(x - 3.5, y - 3.5, x + 3.5, y + 3.5, colour)
    s.line([(62, 62), (84, 20)], WOOD, 1.6)
    s.oval(81, 12, 88, 22, s.main)


def _game(s: Sheet) -> None:
    for x, y, colour in ((26, 46, s.main), (44, 46, s.second), (62, 46, YELLOW), (35, 28, LEAF), (53, 28, s.main)):
        s.box(x, y, x + 16, y + 17, colour, 1.5)
        s.oval(x + 4, y + 4, x + 12, y + 12, shade(colour, 1.25))


def _classroom(s: Sheet) -> None:
    s.box(22, 10, 80, 42, WOOD, 1)
    s.box(24, 12, 78, 40, (58, 92, 76))
    s.line([(30, 20), (52, 20)], WHITE, 0.8)
    s.line([(30, 27), (64, 27)], WHITE, 0.8)
    for x in (24, 56):
        s.box(x, 50, x + 22, 53, s.main, 1)
        s.box(x + 2, 53, x + 4, 66, shade(WOOD, 0.8))
        s.box(x + 18, 53, x + 20, 66, shade(WOOD, 0.8))


def _lab(s: Sheet) -> None:
    s.poly([(38, 18), (46, 18), (46, 34), (60, 62), (24, 62), (38, 34)], (220, 232, 236))
    s.poly([(34, 44), (50, 44), (58, 61), (26, 61)], s.main)
    s.box(36, 14, 48, 18, (200, 214, 220), 1)
    s.box(66, 24, 74, 62, (220, 232, 236), 4)
    s.box(66, 42, 74, 62, s.second, 4)


def _computer(s: Sheet) -> None:
    s.box(24, 14, 78, 50, DARK, 2)
    s.box(27, 17, 75, 47, shade(s.main, 1.3))
    s.box(46, 50, 56, 58, METAL)
    s.box(36, 57, 66, 60, METAL, 1)
    s.box(28, 62, 74, 68, WHITE, 1)


def _hygiene(s: Sheet) -> None:
    s.poly([(24, 40), (62, 40), (56, 64), (30, 64)], s.main)
    s.oval(24, 35, 62, 45, shade(s.main, 1.2))
    s.box(66, 26, 84, 64, WHITE, 2)
    for row in range(3):
        s.line([(66, 34 + row * 10), (84, 34 + row * 10)], s.second, 1.4)
    s.line([(40, 40), (50, 16)], shade(s.second, 1.2), 1.4)
    s.box(48, 12, 55, 17, WHITE, 1)


def _parcel(s: Sheet) -> None:
    s.box(26, 26, 76, 64, (200, 160, 112), 1)
    s.box(26, 26, 76, 34, (214, 178, 132), 1)
    s.box(46, 26, 56, 64, s.main)
    s.line([(51, 26), (44, 18), (58, 18), (51, 26)], s.main, 1.4)


DRAWINGS: Final[dict[str, Callable[[Sheet], None]]] = {
    "school-bag": _bag, "stationery": _stationery, "books": _books, "desk-lamp": _lamp, "desk-chair": _desk,
    "coat": _coat, "clothes": _clothes, "shoes": _shoes, "bedding": _bedding, "quilt": _quilt, "kitchen": _kitchen,
    "food-staples": _staples, "heater": _heater, "small-appliance": _appliance, "care-aid": _care_aid,
    "farm-tool": _farm_tool, "seed-feed": _seedlings, "sports": _ball, "art-music": _art, "toy-game": _game,
    "classroom-set": _classroom, "lab-set": _lab, "computer-set": _computer, "hygiene": _hygiene,
}  # fmt: skip


def draw(category: str, chance: Random) -> bytes:
    """Draw a thing of a category and give it as a picture file."""
    sheet = Sheet(chance)
    DRAWINGS.get(category, _parcel)(sheet)
    return sheet.picture()


def draw_slip(chance: Random) -> bytes:
    """Draw a receipt with a red thumb print, its lines filled in with strokes that are no letters."""
    s = Sheet(chance)
    s.box(24, 6, 78, 70, WHITE, 1)
    s.box(36, 11, 66, 15, METAL)
    for row in range(6):
        y = 23 + row * 6
        s.line([(30, y), (30 + chance.uniform(24, 42), y)], (196, 196, 200), 0.9)
    x, y = chance.uniform(56, 66), chance.uniform(54, 60)
    for ring in range(4):
        s.oval(
            x - 4 + ring, y - 5 + ring, x + 4 - ring, y + 5 - ring, (206, 62, 54) if ring % 2 == 0 else (240, 190, 184)
        )
    return s.picture()
