"""A county's own list as it lies on somebody's desk: CSV or the first sheet of a workbook, row by row and bounded.

Everything is looked at before it is laid out: sizes before unpacking, far-away cells, formulas, declarations of XML and
overlong cells before the reader of spreadsheets sees them. A workbook is turned into a plain table by a process of its
own with little memory, and a line of text is looked at before it is cut into cells, so that no file fills a web worker.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from charity.adapters.apart import MEGABYTE
from charity.adapters.county_workbooks import (
    LONGEST_CELL,
    cell_name,
    is_workbook,
    plain_table,
    unpacked_size,
)
from charity.adapters.sheets import FORMULA_SIGNS, MAX_SHEET_ROWS, decode
from charity.adapters.workbooks import FoundWrong, read_apart
from charity.domain.errors import Invalid

MOST_BYTES: Final = 24 * 1024 * 1024
MOST_ROWS: Final = 100_000
MOST_ABOVE: Final = 30  # rows of titles and headings, and what stands below the last family
MOST_COLUMNS: Final = 100
SECONDS: Final = 60.0
MEMORY: Final = 1_536 * MEGABYTE  # of addresses
LONGEST_LINE: Final = 64 * 1024
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
        delimiter, taken = _delimiter(self._text), 0
        physical = _Physical(self._text, delimiter)
        reader = csv.reader(physical, delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                physical.is_within = False
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


class _Physical:
    """The lines of a text: counted before any is read, and each looked at before it is cut into cells."""

    def __init__(self, text: str, delimiter: str) -> None:
        if text.count("\n") + text.count("\r") - text.count("\r\n") > MAX_SHEET_ROWS:
            raise Invalid("sheet-too-many-rows", field="file", params={"rows": MOST_ROWS})
        self._lines, self._ends, self._number = io.StringIO(text, newline=""), f"{delimiter} \r\n", 0
        self.is_within = False  # whether the next line goes on within a cell

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._number += 1
        if not self.is_within and ('"' not in line or line.count(self._ends[0]) > MOST_COLUMNS):
            line = line.rstrip(self._ends) + "\n"
        self.is_within = True
        if len(line) > LONGEST_LINE:
            raise self._too_long(line)
        return line

    def _too_long(self, line: str) -> Invalid:
        if line.count(self._ends[0]) > MOST_COLUMNS:
            return Invalid("sheet-too-many-columns", field="file", params={"columns": MOST_COLUMNS})
        return Invalid("sheet-cell-too-long", field="file", params={"cell": cell_name(0, self._number)})


def _cells(cells: list[str], number: int) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise Invalid("sheet-too-many-columns", field="file", params={"columns": MOST_COLUMNS})
    found = [" ".join(cell.split()) if len(cell) < LONGEST_CELL else cell for cell in cells]
    while found and not found[-1]:
        found.pop()
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
    """Turn a workbook into the text of a table."""
    unpacked_size(data)
    work = partial(plain_table, data, most_rows=MOST_ROWS + MOST_ABOVE, most_columns=MOST_COLUMNS)
    found = read_apart(work, seconds=SECONDS, memory=MEMORY)
    if isinstance(found, FoundWrong):
        raise Invalid(found.code, field="file", params=found.params)
    return found.decode()
