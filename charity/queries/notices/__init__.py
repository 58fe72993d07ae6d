"""The words of notices: every module of this package offers NOTICES, kind -> (subject, body), as lazy sentences.

It may also offer PATHS, kind -> the page the notice is about; without one it is the pledge's or the wish's own page.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from flask_babel import LazyString, format_date, get_locale

from charity.adapters.locale import DEFAULT
from charity.domain.aliases import alias_in_english
from charity.domain.calendar import SHANGHAI

Words = tuple[LazyString, LazyString]
Params = Mapping[str, str | int]
DEADLINE = "%Y-%m-%d %H:%M"
USUAL_PATHS = (("pledge", "/pledges/%(pledge)s"), ("wish", "/wishes/%(wish)s"))


@cache
def all_notices() -> Mapping[str, Words]:
    """Merge the notices of all rooms; a kind said twice is refused."""
    merged: dict[str, Words] = {}
    for room in _rooms():
        notices: Mapping[str, Words] = room.NOTICES
        if twice := merged.keys() & notices.keys():
            raise ValueError(f"notices said twice: {', '.join(sorted(twice))}")
        merged.update(notices)
    return merged


@cache
def all_paths() -> Mapping[str, str]:
    """Merge the pages that rooms name for their notices."""
    merged: dict[str, str] = {}
    for room in _rooms():
        merged.update(getattr(room, "PATHS", {}))
    return merged


def _rooms() -> list[ModuleType]:
    return [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]


def words_of(kind: str, params: Params) -> tuple[str, str]:
    """Say a notice in the language being spoken: subject and body; KeyError for an unknown kind or a missing param."""
    subject, body = all_notices()[kind]
    told = _spoken(params)
    return str(subject) % told, str(body) % told


def _spoken(params: Params) -> dict[str, str | int]:
    """Say aliases and deadlines as the language says them; a deadline is a day, or a day and time, in Asia/Shanghai."""
    told, alias, until, day = dict(params), params.get("alias"), params.get("until"), params.get("day")
    spoken = get_locale()
    if isinstance(alias, str) and spoken is not None and spoken.language != DEFAULT:
        told["alias"] = alias_in_english(alias)
    if isinstance(until, str):
        told["until"] = _deadline(until)
    if isinstance(day, str):
        told["day"] = format_date(date.fromisoformat(day), "medium")
    return told


def _deadline(until: str) -> str:
    if len(until) == len("2026-01-01"):
        return format_date(date.fromisoformat(until), "medium")
    due = datetime.strptime(until, DEADLINE).replace(tzinfo=SHANGHAI)
    return f"{format_date(due.date(), 'medium')} {due:%H:%M}"


def path_of(kind: str, params: Params) -> str:
    """Give the path of the page a notice is about; empty when there is none."""
    named = all_paths().get(kind)
    if named is not None:
        return named % dict(params)
    return next((path % dict(params) for name, path in USUAL_PATHS if name in params), "")
