"""A served list with the numbers that ranked it, written small, and computed again: the same numbers, the same list."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from charity.domain.matching import WEIGHTS, Standing, Stated, Subject, Weights, score

RANKED = "ranked"
NOTHING_STATED = Stated()


@dataclass(frozen=True, slots=True)
class Ranked:
    """One wish of a list: its points, when it was published (in seconds), and what the points were made of.

    A list in one of the plain orders has its place on the wall for points, and nothing they were made of.
    """

    number: int
    score: int
    published: int
    made_of: tuple[Subject, Standing] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One list as it was served; `skipped`: wishes the index named that were gone by then, or not for this reader."""

    ref: str
    served_at: datetime
    wishes: tuple[Ranked, ...]
    rule: str
    built_at: int = 0
    leaf: int = -1
    beneath: int = 0
    stated: Stated = NOTHING_STATED
    skipped: tuple[int, ...] = ()
    weights: str = WEIGHTS.version


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A place of a list that was seen, by how many thousandths, and by which reader of the hour."""

    list_ref: str
    place: int
    parts: int
    reader: int


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
    plain: list[int | str] = [each.number, each.score, each.published]
    if each.made_of is None:
        return plain
    subject, standing = each.made_of
    what = [subject.county, subject.kind, subject.form, subject.age, subject.need]
    return [*plain, *what, standing.used, standing.filled, int(standing.has_helper), standing.seen, standing.lag]


def wishes_of(packed: bytes) -> tuple[int, ...]:
    """Give the numbers of a list's wishes by their places."""
    return tuple(row[0] for row in json.loads(zlib.decompress(packed))[0])


def unpack(packed: bytes) -> tuple[tuple[Ranked, ...], tuple[int, ...]]:
    """Read a list's wishes, and those that were skipped."""
    rows, skipped = json.loads(zlib.decompress(packed))
    return tuple(_ranked(row) for row in rows), tuple(skipped)


def _ranked(row: Sequence[int | str]) -> Ranked:
    number, points, published = (int(each) for each in row[:3])
    if len(row) == 3:
        return Ranked(number, points, published)
    county, kind, form, age = (str(each) for each in row[3:7])
    need, used, filled, helped, seen, lag = (int(each) for each in row[7:])
    subject = Subject(id=number, county=county, kind=kind, form=form, age=age, need=need)
    standing = Standing(used=used, filled=filled, has_helper=bool(helped), seen=seen, lag=lag)
    return Ranked(number, points, published, (subject, standing))


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing in which a list differs from what its numbers give."""

    what: str  # weights, score or order
    place: int = 0
    logged: int = 0
    computed: int = 0


def find_difference(served: Served, weights: Weights = WEIGHTS) -> Difference | None:
    """Compute a list again from its numbers; None when every score and every place are the same."""
    if served.rule == RANKED and served.weights != weights.version:
        return Difference("weights")
    for place, each in enumerate(served.wishes):
        points = each.score if each.made_of is None else score(served.stated, *each.made_of, weights)
        if points != each.score:
            return Difference("score", place, each.score, points)
    places = [_place(served, each) for each in served.wishes]
    for place, (one, other) in enumerate(zip(places, sorted(places), strict=True)):
        if one != other:
            return Difference("order", place, one[-1], other[-1])
    return None


def _place(served: Served, each: Ranked) -> tuple[int, int, int]:
    """Give what sorts a list: more points first, then older, then the smaller number; plain orders count upwards."""
    return (-each.score, each.published, each.number) if served.rule == RANKED else (each.score, 0, each.number)
