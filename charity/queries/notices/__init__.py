"""The words of notices: every module of this package offers NOTICES, kind -> (subject, body), as lazy sentences."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from flask_babel import LazyString

Words = tuple[LazyString, LazyString]


@cache
def all_notices() -> Mapping[str, Words]:
    """Merge the notices of all rooms; a kind said twice is refused."""
    merged: dict[str, Words] = {}
    for found in iter_modules(__path__):
        room: Mapping[str, Words] = import_module(f"{__name__}.{found.name}").NOTICES
        if twice := merged.keys() & room.keys():
            raise ValueError(f"notices said twice: {', '.join(sorted(twice))}")
        merged.update(room)
    return merged


def words_of(kind: str, params: Mapping[str, str | int]) -> tuple[str, str]:
    """Say a notice in the language being spoken: subject and body; KeyError for an unknown kind."""
    subject, body = all_notices()[kind]
    return str(subject) % dict(params), str(body) % dict(params)
