"""The best wishes for one donor among millions: exact, in a fraction of a millisecond, with numpy alone.

score = fit(donor, cell) + place (350 or not) + lift(wish). A list of a cell in a node stands in falling lift, so its
first row bounds all its others. Wishes inside a stated place are looked up in that place's own lists with the points of
the place, all others in the country's lists without; a wish found twice counts with the greater score. Heads of the
best lists are read, gated, and more of them as long as an unread row could still be better.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from charity.domain.matching import (
    AGES,
    COUNTY_DIGITS,
    FORMS,
    KINDS,
    WEIGHTS,
    Asks,
    Giver,
    Standing,
    Stated,
    Subject,
    Weights,
)
from charity.matching.columns import Asked, Bools, Ints, asked
from charity.matching.layout import LEVEL_SCALES, SCORE_BITS, Columns
from charity.matching.scores import choice_points, need_points

_NEVER = -(2**62)
FEW = 5_000  # rows that are looked at one by one sooner than lists are read for them
_EVERYBODY = Giver(has=Asks(255))


@dataclass(frozen=True, slots=True)
class Found:
    """A wish and its score for a donor."""

    id: int
    score: int


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists a donor's best wishes stand in: where each begins and ends, its fit, and the greatest key in it."""

    start: Ints
    end: Ints
    shift: Ints
    bound: Ints


class Index:
    """Answers over the columns of one building of the index."""

    def __init__(self, columns: Columns, weights: Weights = WEIGHTS, *, kinds: tuple[str, ...] = KINDS) -> None:
        """Take the columns, which may lie in a file that many processes share, and the names of their kinds."""
        self._columns = columns
        self._kinds = kinds
        self._weights = weights
        self._codes = columns.node_code.tolist()
        self._nodes = {code: row for row, code in enumerate(self._codes)}
        self._several: dict[int, Ints] = {}  # rows by how many units they had left at least

    def __len__(self) -> int:
        """Give the number of wishes."""
        return len(self._columns.id)

    def asked(self, stated: Stated) -> Asked:
        """Write what a donor stated in the numbers of these columns."""
        return asked(stated, self._kinds)

    def top(
        self, asked: Asked, k: int, *, giver: Giver = _EVERYBODY, exclude: Iterable[int] = (), beneath: int = 0
    ) -> list[Found]:
        """Give the best k wishes for a donor, best first; `beneath` skips so many of them first (the pages before)."""
        wanted, size = k + beneath, len(self)
        if k < 1 or not size:
            return []
        excluded = np.fromiter(exclude, np.int64)
        if giver.units > 1 and len(few := self._with_left(giver.units)) < FEW:
            return self._told(*_best(*self._allowed(*self._among(few, asked, giver), giver, excluded), wanted), beneath)
        lists = self._lists(asked, giver)
        depth = breadth = wanted + len(excluded) + 4
        while True:
            rows, keys, rest = self._heads(lists, breadth, depth)
            rows, keys = self._allowed(rows, keys, giver, excluded)
            rows, keys = _best(rows, keys, wanted)
            if rest == _NEVER or (len(keys) == wanted and int(keys[-1]) >= rest):
                break
            depth, breadth = depth * 4, breadth * 2
        return self._told(rows, keys, beneath)

    def _told(self, rows: Ints, keys: Ints, beneath: int) -> list[Found]:
        scores = (keys + self._columns.tie[rows]) >> SCORE_BITS
        ids = self._columns.id[rows]
        return [Found(*pair) for pair in zip(ids.tolist(), scores.tolist(), strict=True)][beneath:]

    def find(self, wish: int) -> tuple[Subject, Standing] | None:
        """Give what ranked a wish, to say why it is shown (`domain/matching.py: reasons`)."""
        columns = self._columns
        at = int(np.searchsorted(columns.id, wish, sorter=columns.by_id))
        if at == len(self) or int(columns.id[columns.by_id[at]]) != wish:
            return None
        row = int(columns.by_id[at])
        cell = int(columns.cell[row])
        subject = Subject(
            id=wish,
            county=f"{int(columns.county[row]):0{COUNTY_DIGITS}d}",
            kind=self._kinds[int(columns.cell_kind[cell])],
            form=FORMS[int(columns.cell_form[cell])],
            age=AGES[int(columns.cell_age[cell])],
            need=int(columns.cell_need[cell]),
            household=int(columns.household[row]),
            unit_fen=int(columns.unit_fen[row]),
            asks=Asks(int(columns.asks[row])),
        )
        standing = Standing(
            used=int(columns.used[row]),
            filled=int(columns.filled[row]),
            has_helper=bool(columns.helped[row]),
            seen=int(columns.seen[row]),
            lag=int(columns.lag[row]),
        )
        return subject, standing

    def _lists(self, asked: Asked, giver: Giver) -> _Lists:
        """Find the lists of the stated places and of the country, with what each is worth to the donor."""
        weights, worth = self._weights, self._worth(asked, giver)
        spans = [(self._span(place), weights.place) for place in asked.places]
        spans.append((self._span((0, LEVEL_SCALES[0])), 0 if asked.places else weights.place // 2))
        parts = [self._part(first, end, worth, points) for (first, end), points in spans]
        return _Lists(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _worth(self, asked: Asked, giver: Giver) -> Ints:
        """Give the points of each cell but those of the place; below zero where it is too dear."""
        columns, weights = self._columns, self._weights
        worth = (
            choice_points(asked.kinds, weights.kind)[columns.cell_kind]
            + choice_points(asked.forms, weights.form)[columns.cell_form]
            + choice_points(asked.ages, weights.age)[columns.cell_age]
            + need_points(asked.need, weights.need)[columns.cell_need]
        ).astype(np.int64)
        if giver.budget_fen is not None:
            worth[columns.cell_fen > giver.budget_fen] = _NEVER
        return worth

    def _part(self, first: int, end: int, worth: Ints, points: int) -> tuple[Ints, Ints, Ints, Ints]:
        columns = self._columns
        fit = worth[columns.list_cell[first:end]]
        shift = (fit + points) << SCORE_BITS
        bound = np.where(fit < 0, _NEVER, columns.list_key[first:end] + shift)
        return columns.list_start[first:end], columns.list_start[first + 1 : end + 1], shift, bound

    def _span(self, place: tuple[int, int]) -> tuple[int, int]:
        """Find the lists of a place."""
        level = LEVEL_SCALES.index(place[1] - place[0])
        row = self._nodes.get(level * LEVEL_SCALES[0] + place[0])
        if row is None:
            return 0, 0
        return int(self._columns.node_start[row]), int(self._columns.node_start[row + 1])

    def _heads(self, lists: _Lists, breadth: int, depth: int) -> tuple[Ints, Ints, int]:
        """Read the first rows of the best lists; gives rows, their keys, and the greatest key that was not read."""
        count = len(lists.bound)
        rest, best = _NEVER, np.arange(count)
        if breadth < count:
            best = np.argpartition(-lists.bound, breadth)
            rest = int(lists.bound[best[breadth]])
            best = best[:breadth]
        best = best[lists.bound[best] > _NEVER]
        start, end, shift = lists.start[best], lists.end[best], lists.shift[best]
        rows, keys = self._read(start, np.minimum(end - start, depth), shift)
        goes_on = end - start > depth
        if goes_on.any():
            following = self._columns.order[(start + depth)[goes_on]]
            rest = max(rest, int((self._columns.key[following] + shift[goes_on]).max()))
        return rows, keys, rest

    def _read(self, start: Ints, count: Ints, shift: Ints) -> tuple[Ints, Ints]:
        """Read so many rows of each list; what is asked of is as long as what is read, however uneven the lists are."""
        before = np.cumsum(count) - count
        at = np.arange(int(count.sum()), dtype=np.int64) + np.repeat(start - before, count)
        rows = self._columns.order[at]
        return rows, self._columns.key[rows] + np.repeat(shift, count)

    def _with_left(self, units: int) -> Ints:
        """List the rows that had as many units left; remembered, because an index does not change in this."""
        if units not in self._several:
            self._several[units] = np.flatnonzero(self._columns.left >= units)
        return self._several[units]

    def _among(self, rows: Ints, asked: Asked, giver: Giver) -> tuple[Ints, Ints]:
        """Give the keys of some rows without their lists."""
        columns, weights = self._columns, self._weights
        worth, county = self._worth(asked, giver)[columns.cell[rows]], columns.county[rows]
        place = np.full(len(rows), 0 if asked.places else weights.place // 2, np.int64)
        for low, end in asked.places:
            place[(county >= low) & (county < end)] = weights.place
        keys = columns.key[rows] + ((worth + place) << SCORE_BITS)
        return rows[worth >= 0], keys[worth >= 0]

    def _allowed(self, rows: Ints, keys: Ints, giver: Giver, excluded: Ints) -> tuple[Ints, Ints]:
        columns = self._columns
        is_shut: Bools = (columns.gone[rows] != 0) | ((columns.asks[rows] & ~np.uint8(int(giver.has) & 255)) != 0)
        if giver.budget_fen is not None:
            is_shut |= columns.unit_fen[rows] > giver.budget_fen
        if giver.units > 1:
            is_shut |= columns.left[rows] < giver.units
        for household in giver.households:
            is_shut |= columns.household[rows] == household
        if len(excluded):
            is_shut |= np.isin(columns.id[rows], excluded)
        return rows[~is_shut], keys[~is_shut]


def _best(rows: Ints, keys: Ints, wanted: int) -> tuple[Ints, Ints]:
    """Keep the best of each row, and the best rows, in order."""
    order = np.argsort(-keys)
    rows, keys = rows[order], keys[order]
    _names, first = np.unique(rows, return_index=True)
    if len(first) < len(rows):
        first.sort()
        rows, keys = rows[first], keys[first]
    return rows[:wanted], keys[:wanted]
