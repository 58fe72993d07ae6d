"""Fonts that draw Chinese in PDFs and pictures: our own subset first, a system font for the rest, never a box."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

SUBSET = Path(__file__).parent / "LXGWWenKai-subset.ttf"
# Where Linux and macOS keep fonts with many hanzi; the first that has the character is taken.
SYSTEM_FONTS = (
    "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
)
SIMPLIFIED_FACE = ("SC", "GB", "Simplified")
# Joiners, direction marks and variation selectors are instructions to a font, not letters of their own.
INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff")


class MissingCharacters(Exception):
    """No font of this machine draws these characters."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = "".join(sorted(set(characters)))
        codes = " ".join(f"U+{ord(character):04X}" for character in self.characters)
        super().__init__(f"no font draws {self.characters} ({codes}); install fonts-noto-cjk or fonts-lxgw-wenkai")


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file (collections hold several)."""

    path: Path
    number: int
    characters: frozenset[int]


@cache
def subset() -> Face:
    """Give the face that the project carries."""
    return _read(SUBSET)


@cache
def system_faces() -> tuple[Face, ...]:
    """Give the faces with hanzi that this machine has."""
    return tuple(_read(Path(name)) for name in SYSTEM_FONTS if Path(name).is_file())


def faces_for(text: str, *, system: Sequence[Face] | None = None) -> list[Face]:
    """Choose the faces that together draw the text, our own first; MissingCharacters names what none draws."""
    missing = {
        character for character in text if character not in INVISIBLE and ord(character) not in subset().characters
    }
    chosen = [subset()]
    if not missing:
        return chosen
    for face in system_faces() if system is None else system:
        drawn = {character for character in missing if ord(character) in face.characters}
        if drawn:
            chosen.append(face)
            missing -= drawn
        if not missing:
            return chosen
    raise MissingCharacters(missing)


def visible(text: str) -> str:
    """Leave out the marks that a reader does not see and a font would draw as a box."""
    return "".join(character for character in text if character not in INVISIBLE)


def without_pictographs(text: str) -> str:
    """Leave out emoji and other signs that are no letters and that a text font cannot draw."""
    known = subset().characters
    return "".join(c for c in visible(text) if ord(c) in known or unicodedata.category(c)[0] in "LMNZ")


def _read(path: Path) -> Face:
    from fontTools.ttLib import TTCollection, TTFont  # noqa: PLC0415  # heavy, and only drawing needs it

    if path.suffix != ".ttc":
        with TTFont(path, lazy=True) as font:
            return Face(path, 0, _characters(font))
    with TTCollection(path, lazy=True) as collection:
        number = next((n for n, font in enumerate(collection.fonts) if _is_simplified(font)), 0)
        return Face(path, number, _characters(collection.fonts[number]))


def _is_simplified(font: "TTFont") -> bool:
    family = str(font["name"].getDebugName(1) or "")
    return any(mark in family.split() for mark in SIMPLIFIED_FACE)


def _characters(font: "TTFont") -> frozenset[int]:
    return frozenset(font.getBestCmap() or {})
