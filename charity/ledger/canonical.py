"""An entry's canonical bytes (RFC 8785, schema v1): what is stored, hashed, proved and published."""

import json
from collections.abc import Mapping
from typing import cast

import rfc8785

from charity.domain.entries import KINDS, VERSION, Body, NotAnEntry, check
from charity.domain.entry_values import JSON

_NAMES = frozenset({"v", "kind", "at", "subjects", "facts", "texts"})


def encode(body: Body) -> bytes:
    """Write an entry's canonical bytes."""
    return rfc8785.dumps(
        {
            "v": VERSION,
            "kind": body.kind.value,
            "at": body.at,
            "subjects": dict(body.subjects),
            "facts": dict(body.facts),
            "texts": dict(body.texts),
        }
    )


def decode(data: bytes) -> Body:
    """Read an entry's canonical bytes; NotAnEntry when they are not exactly what the book would have written."""
    try:
        read = json.loads(data)
        # An entry has no floats and only ASCII names, for which this plain form and RFC 8785 are the same bytes
        written = json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise NotAnEntry("not JSON") from error
    if written != data:
        raise NotAnEntry("not canonical")
    if not isinstance(read, dict) or read.keys() != _NAMES or read["v"] != VERSION:
        raise NotAnEntry("not schema v1")
    return check(_body(cast(Mapping[str, JSON], read)))


def _body(read: Mapping[str, JSON]) -> Body:
    kind, at, subjects, facts, texts = (read[name] for name in ("kind", "at", "subjects", "facts", "texts"))
    if not isinstance(at, str) or not isinstance(kind, str) or kind not in KINDS:
        raise NotAnEntry("unknown kind, or no time")
    if not isinstance(subjects, dict) or not isinstance(facts, dict) or not isinstance(texts, dict):
        raise NotAnEntry("subjects, facts and texts are objects")
    return Body(KINDS[kind], at, _strings(subjects), facts, _strings(texts))


def _strings(values: dict[str, JSON]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in values.values()):
        raise NotAnEntry("not text")
    return cast(dict[str, str], values)
