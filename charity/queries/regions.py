"""Reading the tree of divisions: children, paths, names in the reader's language, finding by name or pinyin."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select

from charity.adapters.db import reading
from charity.adapters.placenames import english_name, pinyin_matches
from charity.domain.demo_regions import demo_regions
from charity.domain.regions import WIDTHS, Level, contains, is_code, level_of
from charity.models.regions import Region

MOST_CACHED = 50_000
MOST_FOUND = 20
# Places below the county are many; their pinyin is only compared inside one county.
MOST_COMPARED = 5_000
_DEMO_ENGLISH = {region.code: region.english for region in demo_regions()}
_names: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class RegionCard:
    """One division as lists show it."""

    code: str
    name: str
    level: int


def list_children(code: str, *, language: str = "zh") -> list[RegionCard]:
    """List the divisions directly below a code, in the order of their codes; "" lists the provinces."""
    rows = reading().execute(select(Region.code, Region.name).where(Region.parent == code).order_by(Region.code))
    return [_card(child, name, language) for child, name in rows]


def list_path(code: str, *, language: str = "zh") -> list[RegionCard]:
    """List the divisions from the province down to a code; those unknown are left out."""
    codes = path_codes(code)
    names = place_names(codes, language=language)
    return [RegionCard(part, names[part], int(level_of(part))) for part in codes if part in names]


def list_around(code: str, *, language: str = "zh") -> tuple[list[RegionCard], list[RegionCard]]:
    """List the divisions down to a code and those directly below it, with one question; both empty when unknown."""
    codes = path_codes(code)
    ask = select(Region.code, Region.name, Region.parent).where(Region.code.in_(codes) | (Region.parent == code))
    rows = reading().execute(ask.order_by(Region.code)).all()
    path = [_card(found, name, language) for found, name, _parent in rows if found in codes]
    if code and not (path and path[-1].code == code):
        return [], []
    return path, [_card(found, name, language) for found, name, parent in rows if parent == code]


def path_codes(code: str) -> list[str]:
    """List the codes from the province down to a code."""
    return [code[:width] for width in WIDTHS.values() if 0 < width <= len(code)]


def exists(code: str) -> bool:
    """Say whether a division of this code is known."""
    return is_code(code) and reading().scalar(select(Region.code).where(Region.code == code)) is not None


def place_name(code: str, *, language: str = "zh") -> str:
    """Name one division; an unknown one stands as its code, and the country as nothing."""
    return place_names([code], language=language).get(code, code)


def place_path(code: str, *, language: str = "zh") -> str:
    """Name a division with all that contain it, the largest first in Chinese, the smallest first in English."""
    names = [card.name for card in list_path(code, language=language)]
    return "".join(names) if language == "zh" else ", ".join(reversed(names))


def place_names(codes: Iterable[str], *, language: str = "zh") -> dict[str, str]:
    """Name many divisions with at most one question; names are remembered by this process, unknown ones are not."""
    wanted = {code for code in codes if code}
    if missing := wanted - _names.keys():
        rows = reading().execute(select(Region.code, Region.name).where(Region.code.in_(missing)))
        found = {code: name for code, name in rows}
        if len(_names) + len(found) > MOST_CACHED:
            _names.clear()
        _names.update(found)
        wanted = {code for code in wanted if code in found or code in _names}
        return {code: _spoken(code, found.get(code) or _names[code], language) for code in wanted}
    return {code: _spoken(code, _names[code], language) for code in wanted}


def forget_names() -> None:
    """Forget the remembered names, after an import or between tests."""
    _names.clear()


def find_regions(text: str, *, within: str = "", language: str = "zh", limit: int = MOST_FOUND) -> list[RegionCard]:
    """Find divisions by the beginning of their name, or of its pinyin or initials; larger divisions first."""
    wanted = text.strip()
    if not wanted:
        return []
    found = _by_pinyin(wanted, within, limit) if wanted.isascii() else _by_name(wanted, within, limit)
    return [_card(code, name, language) for code, name in found]


def _by_name(wanted: str, within: str, limit: int) -> list[tuple[str, str]]:
    ask = select(Region.code, Region.name).where(Region.name.startswith(wanted, autoescape=True)).limit(limit)
    rows = reading().execute(_scoped(ask, within).order_by(Region.level, Region.code))
    return [(code, name) for code, name in rows]


def _by_pinyin(wanted: str, within: str, limit: int) -> list[tuple[str, str]]:
    deepest = Level.VILLAGE if len(within) >= WIDTHS[Level.COUNTY] else Level.COUNTY
    ask = select(Region.code, Region.name).where(Region.level <= int(deepest)).limit(MOST_COMPARED)
    rows = reading().execute(_scoped(ask, within).order_by(Region.level, Region.code))
    hits = ((code, name) for code, name in rows if pinyin_matches(wanted, name) or _is_english(wanted, code))
    return [hit for hit, _ in zip(hits, range(limit), strict=False)]


def _is_english(wanted: str, code: str) -> bool:
    return _DEMO_ENGLISH.get(code, "").casefold().startswith(wanted.casefold())


def _scoped(ask: Select[str, str], within: str) -> Select[str, str]:
    return ask.where(Region.code.startswith(within, autoescape=True)) if within else ask


def _card(code: str, name: str, language: str) -> RegionCard:
    return RegionCard(code, _spoken(code, name, language), int(level_of(code)))


def _spoken(code: str, name: str, language: str) -> str:
    if language == "zh":
        return name
    return _DEMO_ENGLISH.get(code) or english_name(code, name)


def is_inside(code: str, regions: Iterable[str]) -> bool:
    """Say whether a code lies in one of some regions."""
    return any(contains(outer, code) for outer in regions)
