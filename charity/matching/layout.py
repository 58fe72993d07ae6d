"""The columns of the wall's index, and how they are made from wishes.

Rows stand in falling lift. Every node of the region tree (the country, provinces, cities, counties) has its own lists
of rows, one for each *cell*: wishes that fit every donor alike, being of one kind, form, age, need and price band. So
the best rows of a node are among the heads of few lists.
"""

from dataclasses import dataclass, fields

import numpy as np

from charity.domain.matching import COUNTY_DIGITS, Weights
from charity.matching.columns import Ints, Standings, Subjects
from charity.matching.scores import lift

SCORE_BITS = 32  # a key is score * 2**32 - tie, so that greater is earlier
PRICE_BANDS_FEN = (20_00, 50_00, 120_00)
LEVEL_SCALES = (10**COUNTY_DIGITS, 10**4, 10**2, 1)  # counties of the country, a province, a city, a county
MOST_FEN = 2**31 - 1
MOST_SEEN = MOST_LEFT = 2**15 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """All columns of an index, by their names in its file."""

    id: Ints
    by_id: Ints  # rows in the order of their ids
    key: Ints  # lift * 2**32 - tie; the tie is the place among all by age and id
    tie: Ints
    cell: Ints
    county: Ints
    household: Ints
    unit_fen: Ints
    left: Ints  # units nobody had taken when the index was built
    asks: Ints
    used: Ints
    filled: Ints
    helped: Ints
    seen: Ints
    lag: Ints
    gone: Ints  # marked by the worker between two buildings
    cell_kind: Ints
    cell_form: Ints
    cell_age: Ints
    cell_need: Ints
    cell_fen: Ints  # the lowest price in the cell
    order: Ints  # rows of all lists, one after the other
    list_cell: Ints
    list_start: Ints  # one more than there are lists
    list_key: Ints  # the key of its first row
    node_code: Ints  # level * 10**6 + first county number
    node_start: Ints  # its first list; one more than there are nodes

    @staticmethod
    def names() -> tuple[str, ...]:
        """Name the columns in the order of the file."""
        return tuple(each.name for each in fields(Columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What the gates ask about each row, and what breaks ties."""

    published: Ints  # seconds
    household: Ints
    unit_fen: Ints
    left: Ints
    asks: Ints


def make_columns(subjects: Subjects, standings: Standings, offers: Offers, weights: Weights) -> Columns:
    """Make an index's columns from open wishes."""
    points = lift(subjects.need, standings, weights).astype(np.int64)
    tie = _ties(offers.published, subjects.id)
    rows = np.lexsort((tie, -points))
    subjects, tie = subjects.take(rows), tie[rows]
    unit_fen = np.minimum(offers.unit_fen[rows], MOST_FEN).astype(np.int32)
    cell, cells, cell_fen = _cells(subjects, unit_fen)
    key = (points[rows] << SCORE_BITS) - tie
    nodes = [_level(level, subjects.county, cell) for level in range(len(LEVEL_SCALES))]
    order = np.concatenate([each[0] for each in nodes])
    list_code, list_cell, list_start = _joined(nodes, len(rows))
    first = np.flatnonzero(np.concatenate(([True], list_code[1:] != list_code[:-1]))) if len(list_code) else list_code
    return Columns(
        id=subjects.id,
        by_id=np.argsort(subjects.id).astype(np.int32),
        key=key,
        tie=tie.astype(np.int32),
        cell=cell.astype(np.int32),
        county=subjects.county.astype(np.int32),
        household=offers.household[rows].astype(np.int64),
        unit_fen=unit_fen,
        left=np.minimum(offers.left[rows], MOST_LEFT).astype(np.int16),
        asks=offers.asks[rows].astype(np.uint8),
        used=standings.used[rows].astype(np.int16),
        filled=standings.filled[rows].astype(np.int16),
        helped=standings.has_helper[rows].astype(np.uint8),
        seen=np.minimum(standings.seen[rows], MOST_SEEN).astype(np.int16),
        lag=standings.lag[rows].astype(np.int16),
        gone=np.zeros(len(rows), np.uint8),
        cell_kind=cells[:, 0].astype(np.uint8),
        cell_form=cells[:, 1].astype(np.uint8),
        cell_age=cells[:, 2].astype(np.uint8),
        cell_need=cells[:, 3].astype(np.uint8),
        cell_fen=cell_fen,
        order=order.astype(np.int32),
        list_cell=list_cell.astype(np.int32),
        list_start=np.append(list_start, len(order)).astype(np.int32),
        list_key=key[order[list_start]],
        node_code=list_code[first].astype(np.int32),
        node_start=np.append(first, len(list_code)).astype(np.int32),
    )


def _ties(published: Ints, ids: Ints) -> Ints:
    tie = np.empty(len(ids), np.int64)
    tie[np.lexsort((ids, published))] = np.arange(len(ids))
    return tie


def _cells(subjects: Subjects, unit_fen: Ints) -> tuple[Ints, Ints, Ints]:
    """Give each row's cell, the cells' fields and their lowest prices."""
    band = np.searchsorted(np.array(PRICE_BANDS_FEN), unit_fen, side="right")
    packed = np.zeros(len(subjects), np.int64)
    for column in (subjects.kind, subjects.form, subjects.age, subjects.need, band):
        packed = (packed << 8) | column.astype(np.int64)
    found, cell = np.unique(packed, return_inverse=True)
    cells = np.stack([(found >> shift) & 255 for shift in (32, 24, 16, 8)], axis=1)
    cell_fen = np.full(len(found), MOST_FEN, np.int32)
    np.minimum.at(cell_fen, cell, unit_fen)
    return cell.astype(np.int64), cells, cell_fen


def _level(level: int, county: Ints, cell: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Sort the rows of one level by node, cell and row; gives order, and code, cell and start of each list."""
    scale = LEVEL_SCALES[level]
    node = county.astype(np.int64) // scale * scale
    packed = np.sort((node << 43) | (cell << 24) | np.arange(len(cell)))
    lists = packed >> 24
    starts = np.flatnonzero(np.concatenate(([True], lists[1:] != lists[:-1]))) if len(lists) else lists
    head = lists[starts]
    code = level * 10**COUNTY_DIGITS + (head >> 19)
    return packed & ((1 << 24) - 1), code, head & ((1 << 19) - 1), starts


def _joined(nodes: list[tuple[Ints, Ints, Ints, Ints]], rows: int) -> tuple[Ints, Ints, Ints]:
    code = np.concatenate([each[1] for each in nodes])
    cell = np.concatenate([each[2] for each in nodes])
    start = np.concatenate([each[3] + level * rows for level, each in enumerate(nodes)])
    return code, cell, start
