"""The five-level tree of administrative divisions, by its official codes (GB/T 2260 and GB/T 10114)."""

from enum import IntEnum
from typing import NewType

RegionCode = NewType("RegionCode", str)

DEMO_PROVINCE = RegionCode("99")
FIRST_PROVINCE = RegionCode("43")  # the real one that a first start loads
COUNTRY = RegionCode("")


class Level(IntEnum):
    """The level of a node, the country being zero."""

    COUNTRY = 0
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5


WIDTHS: dict[Level, int] = {
    Level.COUNTRY: 0,
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.COUNTY: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: 12,
}
_LEVELS = {width: level for level, width in WIDTHS.items()}


def is_code(text: str) -> bool:
    """Say whether a text has the shape of a division code (2, 4, 6, 9 or 12 digits)."""
    return text.isascii() and text.isdigit() and len(text) in _LEVELS


def level_of(code: str) -> Level:
    """Tell the level of a code from its length; ValueError for any other length."""
    try:
        return _LEVELS[len(code)]
    except KeyError as error:
        raise ValueError(f"no region code has {len(code)} digits") from error


def at_level(code: str, level: Level) -> RegionCode:
    """Cut a code down to the region of a level that contains it; ValueError when it is above that level."""
    width = WIDTHS[level]
    if len(code) < width:
        raise ValueError(f"a code of {len(code)} digits lies above {level.name.lower()}")
    return RegionCode(code[:width])


def parent_of(code: str) -> RegionCode:
    """Give the region directly above; the country's own parent is the country."""
    return at_level(code, Level(max(level_of(code) - 1, 0)))


def province_of(code: str) -> RegionCode:
    """Give the province of a region."""
    return at_level(code, Level.PROVINCE)


def city_of(code: str) -> RegionCode:
    """Give the city of a region."""
    return at_level(code, Level.CITY)


def county_of(code: str) -> RegionCode:
    """Give the county of a region."""
    return at_level(code, Level.COUNTY)


def township_of(code: str) -> RegionCode:
    """Give the township of a region."""
    return at_level(code, Level.TOWNSHIP)


def contains(outer: str, inner: str) -> bool:
    """Say whether a region contains another one (or is the same)."""
    return inner.startswith(outer)
