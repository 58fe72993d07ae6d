"""A served list with the numbers that ranked it, written small, and computed again: the same numbers, the same list."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from charity.domain.matching import WEIGHTS, Standing, Stated, Subject, Weights, score

RANKED = "ranked"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One wish of a list: its points, when it was published (in seconds), and what the points were made of."""

    score: int
    published: int
    subject: Subject
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One list as it was served; `skipped`: wishes the index named that were gone by then."""

    ref: str
    served_at: datetime
    built_at: int
    leaf: int
    beneath: int
    stated: Stated
    wishes: tuple[Ranked, ...]
    skipped: tuple[int, ...] = ()
    rule: str = RANKED
    weights: str = WEIGHTS.version


def write_stated(stated: Stated) -> str:
    """Write what was stated, always in the same way."""
    said = [list(stated.places), sorted(stated.kinds), sorted(stated.forms), sorted(stated.ages), stated.need]
    return json.dumps(said, separators=(",", ":"))


def read_stated(text: str) -> Stated:
    """Read what was stated."""
    places, kinds, forms, ages, need = json.loads(text)
    return Stated(places=tuple(places), kinds=frozenset(kinds), forms=frozenset(forms), ages=frozenset(ages), need=need)


def pack(served: Served) -> bytes:
    """Write a list's wishes and numbers small; whose they are and what they cost made no point and is left out."""
    rows = [_numbers(each) for each in served.wishes]
    return zlib.compress(json.dumps([rows, served.skipped], separators=(",", ":")).encode(), 1)


def _numbers(each: Ranked) -> list[int | str]:
    subject, standing = each.subject, each.standing
    return [
        *(subject.id, each.score, each.published, subject.county, subject.kind, subject.form, subject.age),
        *(subject.need, standing.used, standing.filled, int(standing.has_helper), standing.seen, standing.lag),
    ]


def wishes_of(packed: bytes) -> tuple[int, ...]:
    """Give the numbers of a list's wishes by their places."""
    return tuple(row[0] for row in json.loads(zlib.decompress(packed))[0])


def unpack(packed: bytes) -> tuple[tuple[Ranked, ...], tuple[int, ...]]:
    """Read a list's wishes, and those that were skipped."""
    rows, skipped = json.loads(zlib.decompress(packed))
    return tuple(_ranked(row) for row in rows), tuple(skipped)


def _ranked(row: Sequence[int | str]) -> Ranked:
    number, points, published, county, kind, form, age, need, used, filled, helped, seen, lag = row
    subject = Subject(id=int(number), county=str(county), kind=str(kind), form=str(form), age=str(age), need=int(need))
    standing = Standing(used=int(used), filled=int(filled), has_helper=bool(helped), seen=int(seen), lag=int(lag))
    return Ranked(int(points), int(published), subject, standing)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing in which a list differs from what its numbers give."""

    what: str  # weights, score or order
    place: int = 0
    logged: int = 0
    computed: int = 0


def find_difference(served: Served, weights: Weights = WEIGHTS) -> Difference | None:
    """Compute a list again from its numbers; None when every score and every place are the same."""
    if served.weights != weights.version:
        return Difference("weights")
    for place, each in enumerate(served.wishes):
        points = score(served.stated, each.subject, each.standing, weights)
        if points != each.score:
            return Difference("score", place, each.score, points)
    keys = [(-each.score, each.published, each.subject.id) for each in served.wishes]
    for place, (one, other) in enumerate(zip(keys, sorted(keys), strict=True)):
        if one != other:
            return Difference("order", place, one[2], other[2])
    return None
