"""Words for finding, as both databases keep them: a text in three writings, and its pieces as numbers.

Neither database cuts Chinese by itself. A text is kept plainly (one writing for full and half width, capital and small,
traditional and simplified), as it is spoken (in pinyin), and by its initials. A word is found where one of these
contains it: that, and nothing else, is what a search means (`is_found`). Pieces only say where to look: two characters
in a row, four letters or digits, two syllables, four initials, each at every place of the text. A shorter word is the
beginning of a piece, and pieces with one beginning lie next to each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

_CHARACTER, _SYMBOL, _LETTER = 21, 6, 5  # bits
_FOUR, _SYLLABLE = 4, 6  # symbols of a piece; letters of the longest syllable
_TAG: Final = 60
_SYMBOLS: Final = {symbol: number for number, symbol in enumerate("abcdefghijklmnopqrstuvwxyz0123456789", 1)}
MOST_PIECES = 12  # of one search: more of a long word than these would not make it rarer


class Writing(StrEnum):
    """In which of its writings a text contains a word."""

    PLAIN = "plain"
    SPOKEN = "spoken"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Written:
    """A text in its three writings; words, and runs of Chinese in the latter two, are parted by a blank."""

    plain: str
    spoken: str  # 'yun'dong'xie'
    initials: str


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Pieces from one number up to before another; only one where it is a whole piece."""

    low: int
    high: int

    @property
    def is_whole(self) -> bool:
        """Say whether it is one piece, not the beginning of several."""
        return self.high == self.low + 1


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a word may be there: a writing contains a pattern, and so the text has all these pieces."""

    writing: Writing
    pattern: str
    spans: tuple[Span, ...]
    is_sure: bool = False  # there is but one piece, and whoever has it has the pattern


Word = tuple[Way, ...]


def is_found(written: Written, words: tuple[Word, ...]) -> bool:
    """Say whether a text has every word in one of its ways."""
    return all(any(way.pattern in getattr(written, way.writing) for way in word) for word in words)


def pieces_of(written: Written) -> set[int]:
    """Give the numbers of all pieces of a text."""
    found: set[int] = set()
    for chunk in written.plain.split():
        found.update(span.low for run in _runs(chunk) for span in _plain(run, is_text=True))
    for run in written.spoken.split():
        found.update(span.low for span in _spoken(run.strip("'").split("'"), is_text=True))
    for run in written.initials.split():
        found.update(span.low for span in _fours(run, 2, is_text=True))
    return found


def plainly(pattern: str) -> Way:
    """Look for a word as it is written."""
    return _way(Writing.PLAIN, pattern, [span for run in _runs(pattern) for span in _plain(run)])


def as_spoken(syllables: tuple[str, ...]) -> Way:
    """Look for syllables in a row."""
    return _way(Writing.SPOKEN, "'".join(["", *syllables, ""]), list(_spoken(list(syllables))))


def by_initials(initials: str) -> Way:
    """Look for initials in a row."""
    return _way(Writing.INITIALS, initials, list(_fours(initials, 2)))


def _way(writing: Writing, pattern: str, spans: list[Span]) -> Way:
    return Way(writing, pattern, tuple(dict.fromkeys(spans)), is_sure=len(spans) == 1)


def few_enough(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Keep so few pieces of each way that all together are quickly counted: spread over it, both ends included."""
    each = max(1, MOST_PIECES // max(1, sum(map(len, words))))
    return tuple(tuple(replace(way, spans=_spread(way.spans, each)) for way in word) for word in words)


def _spread(spans: tuple[Span, ...], most: int) -> tuple[Span, ...]:
    if len(spans) <= most:
        return spans
    if most == 1:
        return (min(spans, key=lambda span: span.high - span.low),)
    return tuple(spans[at * (len(spans) - 1) // (most - 1)] for at in range(most))


def _runs(chunk: str) -> Iterator[str]:
    """Part letters and digits of the keyboard from all other characters."""
    start = 0
    for at in range(1, len(chunk) + 1):
        if at == len(chunk) or (chunk[at] in _SYMBOLS) != (chunk[start] in _SYMBOLS):
            yield chunk[start:at]
            start = at


def _plain(run: str, *, is_text: bool = False) -> Iterator[Span]:
    if run[0] in _SYMBOLS:
        yield from _fours(run, 1, is_text=is_text)
        return
    for one, other in pairwise(run):
        yield _span(ord(one) << _CHARACTER | ord(other))
    if is_text or len(run) == 1:
        yield _span(ord(run[-1]) << _CHARACTER, _CHARACTER)


def _fours(run: str, tag: int, *, is_text: bool = False) -> Iterator[Span]:
    places = len(run) if is_text else max(1, len(run) - _FOUR + 1)
    for at in range(places):
        piece = run[at : at + _FOUR]
        yield _span(_number(piece, _FOUR, _SYMBOL) | tag << _TAG, _SYMBOL * (_FOUR - len(piece)))


def _spoken(syllables: list[str], *, is_text: bool = False) -> Iterator[Span]:
    numbers = [_number(syllable[:_SYLLABLE], _SYLLABLE, _LETTER) for syllable in syllables]
    width, tag = _LETTER * _SYLLABLE, 3 << _TAG
    for one, other in pairwise(numbers):
        yield _span(tag | one << width | other)
    if is_text or len(numbers) == 1:
        yield _span(tag | numbers[-1] << width, width)


def _number(symbols: str, width: int, bits: int) -> int:
    number = 0
    for symbol in symbols.ljust(width):
        number = number << bits | _SYMBOLS.get(symbol, 0)
    return number


def _span(low: int, free: int = 0) -> Span:
    return Span(low, low + (1 << free))
