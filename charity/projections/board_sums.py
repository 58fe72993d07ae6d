"""Board lines as columns of numbers, and the sums of all boards from them, a range of accounts at a time.

Import this module only where boards are built or compared: it loads numpy.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charity.domain.boards import Metric, boards_of
from charity.domain.entries import BoardLine

Ints = NDArray[np.int64]
LINES_AT_ONCE = 4_000_000
BUCKET = 1 << 14  # accounts that are counted together when ranges are cut
# A cell is what a line says beside account and value, as one number: metric, county (0: none), year and month.
METRICS = tuple(Metric)
COUNTY, METRIC = 10**6, 10**12


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of some accounts: whose, in which cell, how much."""

    accounts: Ints
    cells: Ints
    values: Ints


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of some boards, ordered by board, sum and account; `boards` are places in `names`."""

    names: Sequence[str]
    boards: Ints
    accounts: Ints
    sums: Ints


@dataclass(frozen=True, slots=True)
class Range:
    """Accounts from `first` up to, and without, `end`."""

    first: int
    end: int


def cell_of(line: BoardLine) -> int:
    """Write what a line says beside account and value as one number."""
    year, _, month = line.month.partition("-")
    return METRICS.index(Metric(line.metric)) * METRIC + int(line.county or 0) * COUNTY + int(year) * 100 + int(month)


def board_names(cell: int) -> tuple[str, ...]:
    """Name the boards a cell counts on, by the one rule for all lines."""
    metric, rest = divmod(cell, METRIC)
    county, month = divmod(rest, COUNTY)
    line = BoardLine(None, str(county or ""), METRICS[metric], f"{month // 100}-{month % 100:02}", 0)
    return tuple(key.text for key in boards_of(line))


def cut(counts: Iterable[tuple[int, int]], *, most: int = LINES_AT_ONCE) -> list[Range]:
    """Cut accounts into ranges of at most so many lines, given (bucket of accounts, its lines) in rising order."""
    ranges: list[Range] = []
    held = 0
    for bucket, lines in counts:
        if not ranges or held + lines > most:
            ranges.append(Range(bucket * BUCKET, (bucket + 1) * BUCKET))
            held = 0
        held += lines
        ranges[-1] = Range(ranges[-1].first, (bucket + 1) * BUCKET)
    return ranges


def sum_boards(lines: Lines) -> Iterator[Sums]:
    """Sum lines on every board they count on; each board and account comes once. All lines of an account must be in."""
    cells, cell_at = np.unique(lines.cells, return_inverse=True)
    people, person_at = np.unique(lines.accounts, return_inverse=True)
    names, table = _table(cells)
    for row in table:  # what a line counts on in the same way: the county this month, the country of all time...
        boards = row[cell_at]
        on = boards >= 0
        if on.all():
            yield _summed(names, boards, people, person_at, lines.values)
        elif on.any():
            yield _summed(names, boards[on], people, person_at[on], lines.values[on])


def _table(cells: Ints) -> tuple[list[str], Ints]:
    """Number the boards; give for each way of counting the board of each cell, -1 where it counts on none."""
    numbers: dict[str, int] = {}
    of_cells = [[numbers.setdefault(name, len(numbers)) for name in board_names(int(cell))] for cell in cells]
    table = np.full((max(map(len, of_cells), default=0), len(cells)), -1, np.int64)
    for at, boards in enumerate(of_cells):
        table[: len(boards), at] = boards
    return list(numbers), table


def _summed(names: Sequence[str], boards: Ints, people: Ints, person_at: Ints, values: Ints) -> Sums:
    keys = boards * len(people) + person_at
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    sums = np.add.reduceat(values[order], starts)
    keys = keys[starts]
    by_sum = np.lexsort((sums, keys // len(people)))
    keys = keys[by_sum]
    return Sums(names, keys // len(people), people[keys % len(people)], sums[by_sum])
