"""Error codes as sentences: every module of this package offers a SENTENCES dict, and all are merged here."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

UNKNOWN = _l("This cannot be done just now.")


@cache
def sentences() -> Mapping[str, LazyString]:
    """Merge the sentences of all rooms; for a code said twice, the first room's words stand."""
    merged: dict[str, LazyString] = {}
    for module in iter_modules(__path__):
        room: Mapping[str, LazyString] = import_module(f"{__name__}.{module.name}").SENTENCES
        for code, text in room.items():
            merged.setdefault(code, text)
    return merged


def sentence(code: str, params: Mapping[str, str | int] | None = None) -> str:
    """Say an error code in the reader's language; params fill the %(names)s of the sentence."""
    text = str(sentences().get(code, UNKNOWN))
    return text % dict(params) if params else text


def is_known(code: str) -> bool:
    """Say whether a code has words of its own."""
    return code in sentences()
