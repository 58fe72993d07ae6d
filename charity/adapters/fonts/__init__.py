"""Fonts that draw Chinese in PDFs and pictures: our own subset first, a system font for the rest, never a box."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category, normalize

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
    "/usr/share/fonts/truetype/noto/NotoSerifTibetan-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf",
)
SIMPLIFIED_FACE = ("SC", "GB", "Simplified")
# Controls, joiners and direction marks are instructions, not letters of their own.
_INSTRUCTIONS = frozenset({"Cc", "Cf", "Zl", "Zp"})
# So are variation selectors, which say which of several forms of a letter is meant.
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
NOT_DRAWN = "〓"  # what printers set in place of a letter for which they have no type


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
    missing = {character for character in visible(text) if ord(character) not in subset().characters}
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
    """Leave out the marks that a reader does not see and a font would draw as a box; a line's end becomes a space."""
    if text.isascii() and text.isprintable():
        return text
    kept = _SELECTORS.sub("", text)
    return "".join(" " if c.isspace() else c for c in kept if c.isspace() or category(c) not in _INSTRUCTIONS)


def without_pictographs(text: str) -> str:
    """Leave out emoji and other signs that are no letters and that a text font cannot draw; ㏄ is written as cc."""
    return "".join(map(_as_letters, visible(text)))


def printable(text: str) -> str:
    """Give a thing's or a place's words for paper: as above, and 〓 for a letter that no font here draws.

    Not for a person's name, which is drawn as it is or not at all.
    """
    return "".join(c if ord(c) in _drawable() else NOT_DRAWN for c in without_pictographs(text))


@cache
def _drawable() -> frozenset[int]:
    return subset().characters.union(*(face.characters for face in system_faces()))


def _as_letters(character: str) -> str:
    """Give a character, or what it is made of, or nothing if that can be neither drawn by our font nor read aloud."""
    known = subset().characters
    if ord(character) in known:
        return character
    parts = normalize("NFKC", character)
    if parts != character and all(ord(part) in known for part in parts):
        return parts
    kind = category(character)
    is_written = kind[0] in "LMNZ" or kind == "Co" or (kind[0] == "P" and ord(character) in _drawable())
    return character if is_written else ""


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
