"""Searching the wall: which question is asked for which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from charity.adapters.db import reading
from charity.adapters.search_text import read_words
from charity.domain.search import Span, Word, few_enough
from charity.domain.wall import COUNTED_TO, TAKEN_WEIGHT, Order
from charity.queries.cursors import LARGEST
from charity.queries.wall_questions import Shape
from charity.queries.wall_search import FEW, FOLLOWED, Words, counting, following, looking_up, walking

_EVERY: Final = LARGEST


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of a page and one more, if there are more; how many wishes there are, and whether there are still more."""

    rows: Sequence[Any]
    total: int | None
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class _Counted:
    """The spans of the rarest word, the wishes that have them (up to FEW), and where a walk and its count end."""

    spans: tuple[Span, ...]
    wishes: int
    bound: object  # None when a walk reaches the end of the wall
    near: object


def find(shape: Shape, values: dict[str, Any], q: str) -> Found:
    """Find a page of wishes that have every word, in four questions at most; nothing where there is no word."""
    words = read_words(q)
    if not words:
        return _none(shape)
    counted = _count(shape, values, words)
    if not counted.wishes:
        return _none(shape)
    values = values | _said(counted.spans) | _ends(shape, counted)
    values |= {f"text{n}_{m}": way.pattern for n, word in enumerate(words) for m, way in enumerate(word)}
    read = tuple(tuple(way.writing for way in word) for word in words)
    # Whoever has the only piece of the only word has the word: nobody needs to read it again.
    is_sure = len(words) == 1 and all(way.is_sure for way in words[0])
    by_pieces = Words(read=() if is_sure else read, spans=tuple(span.is_whole for span in counted.spans))
    if counted.wishes < FEW:
        return found_of(shape, _ask(looking_up(shape, by_pieces), values))
    rows = _ask(walking(shape, Words(read=read)), values)
    is_page = len(rows) >= values["most"]
    if counted.bound is None or is_page:
        return found_of(shape, rows, is_all=counted.near is None or not is_page)
    return _follow(shape, by_pieces, values)


def _ends(shape: Shape, counted: _Counted) -> dict[str, object]:
    last = LARGEST if shape.order is Order.FAIR else datetime.max.replace(tzinfo=UTC)
    return {name: last if end is None else end for name, end in (("bound", counted.bound), ("near", counted.near))}


def found_of(shape: Shape, rows: Sequence[Any], *, is_all: bool = True) -> Found:
    """Read rows and their number; it is not the last word where not all were looked at."""
    if not shape.counts:
        return Found(rows, None)
    total = max(int(rows[0].total), len(rows)) if rows else 0
    return Found(rows, total, is_more=total > COUNTED_TO or not is_all)


def _follow(shape: Shape, words: Words, values: dict[str, Any]) -> Found:
    """Follow the pieces for some steps, and, where that is not enough for a page, to their end."""
    question = following(shape, words)
    values = values | {"since": _since(values.get("rank"))}
    rows = _ask(question, values | {"steps": FOLLOWED})
    is_all = bool(rows and rows[0].is_all)
    if not is_all and len(rows) < values["most"]:
        rows, is_all = _ask(question, values | {"steps": _EVERY}), True
    return found_of(shape, rows, is_all=is_all)


def _since(rank: object) -> int:
    """Give the second after which whatever comes later on the wall was published."""
    if isinstance(rank, datetime):
        return int(rank.timestamp())
    return rank - TAKEN_WEIGHT if isinstance(rank, int) else -LARGEST


def _count(shape: Shape, values: dict[str, Any], words: tuple[Word, ...]) -> _Counted:
    """Find the word that fewest wishes have; of each of its ways, the rarest piece."""
    few = few_enough(words)
    spans = list(dict.fromkeys(span for word in few for way in word for span in way.spans))
    row = reading().connection().execute(counting(shape, len(spans)), values | _said(spans)).one()
    wishes = {span: int(row[number]) for number, span in enumerate(spans)}
    rarest = [tuple(min(way.spans, key=lambda span: wishes[span]) for way in word) for word in few]
    rarest = [tuple(span for span in dict.fromkeys(word) if wishes[span]) for word in rarest]
    chosen = min(rarest, key=lambda word: sum(wishes[span] for span in word))
    return _Counted(chosen, sum(wishes[span] for span in chosen), row.bound, row.near)


def _said(spans: Sequence[Span]) -> dict[str, int]:
    return {f"{end}{n}": getattr(span, end) for n, span in enumerate(spans) for end in ("low", "high")}


def _none(shape: Shape) -> Found:
    return Found((), 0 if shape.counts else None)


def _ask(question: Any, values: dict[str, Any]) -> Sequence[Any]:
    return reading().connection().execute(question, values).all()
