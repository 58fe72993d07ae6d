"""A county's own list as it lies on somebody's desk: CSV or the first sheet of a workbook, row by row and bounded.

Everything is looked at before it is laid out: sizes before unpacking, far-away cells, formulas, declarations of XML and
overlong cells before the reader of spreadsheets sees them. A workbook of some size is turned into a plain table by a
process of its own, so that what a web worker keeps does not grow by it.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from charity.adapters.apart import ChildFailed, run_apart
from charity.adapters.county_workbooks import (
    LONGEST_CELL,
    MOST_UNPACKED_HERE,
    FoundWrong,
    cell_name,
    is_workbook,
    plain_table,
    unpacked_size,
)
from charity.adapters.sheets import FORMULA_SIGNS, decode
from charity.domain.errors import Invalid

MOST_BYTES: Final = 24 * 1024 * 1024
MOST_ROWS: Final = 100_000
MOST_ABOVE: Final = 30  # rows of titles and headings, and what stands below the last family
MOST_COLUMNS: Final = 100
SECONDS: Final = 60.0
__all__ = ["MOST_BYTES", "MOST_ROWS", "Line", "Sheet", "cell_name"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet, with the number a reader sees beside it."""

    number: int
    cells: list[str]


class Sheet:
    """A file that came in, as rows; what is wrong with it is said when it is opened, or at the row where it shows."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise Invalid("sheet-too-large", field="file", params={"megabytes": MOST_BYTES // 1024 // 1024})
        self._text = _table_of(data) if is_workbook(data) else decode(data)

    def lines(self) -> Iterator[Line]:
        """Yield the rows that say something; Invalid says what is wrong with the file, or in which cell."""
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=_delimiter(self._text), strict=True)
        taken = 0
        try:
            for number, cells in enumerate(reader, start=1):
                line = Line(number, _cells(cells, number))
                if not line.cells:
                    continue
                taken += 1
                if taken > MOST_ROWS + MOST_ABOVE:
                    raise Invalid("sheet-too-many-rows", field="file", params={"rows": MOST_ROWS})
                yield line
        except csv.Error:
            raise Invalid("sheet-malformed", field="file", params={"row": reader.line_num}) from None
        if not taken:
            raise Invalid("sheet-empty", field="file")


def _cells(cells: list[str], number: int) -> list[str]:
    found = [" ".join(cell.split()) if len(cell) < LONGEST_CELL else cell for cell in cells]
    while found and not found[-1]:
        found.pop()
    if len(found) > MOST_COLUMNS:
        raise Invalid("sheet-too-many-columns", field="file", params={"columns": MOST_COLUMNS})
    for column, cell in enumerate(found):
        if cell[:1] == "'" and cell[1:].startswith(FORMULA_SIGNS):
            found[column] = cell[1:]  # so spreadsheets, and our own sheets, mark what is no formula
        if len(cell) > LONGEST_CELL:
            raise Invalid("sheet-cell-too-long", field="file", params={"cell": cell_name(column, number)})
        if cell.startswith("=") and len(cell) > 1:
            raise Invalid("sheet-formula", field="file", params={"cell": cell_name(column, number)})
        if "\0" in cell:
            raise Invalid("sheet-encoding", field="file")
    return found


def _delimiter(text: str) -> str:
    """Tell the sign between cells by the first lines: titles of a county's sheet have none."""
    first = text[:20_000].splitlines()[:20]
    return max(",;\t", key=lambda sign: sum(line.count(sign) for line in first))


def _table_of(data: bytes) -> str:
    """Turn a workbook into the text of a table: a small one here, a larger one apart."""
    work = partial(plain_table, data, most_rows=MOST_ROWS + MOST_ABOVE, most_columns=MOST_COLUMNS)
    if unpacked_size(data) <= MOST_UNPACKED_HERE:
        found = work()
    else:
        try:
            found = run_apart(work, name="county list", seconds=SECONDS)
        except ChildFailed:
            raise Invalid("sheet-broken", field="file") from None
    if isinstance(found, FoundWrong):
        raise Invalid(found.code, field="file", params=found.params)
    return found.decode()
