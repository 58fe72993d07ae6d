"""Tables that leave and enter as files: CSV and XLSX, streamed out; CSV read in, bounded."""

import csv
import io
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

from charity.domain.errors import Invalid

if TYPE_CHECKING:
    from xlsxwriter import Workbook

Cell: TypeAlias = str | int | float | Decimal | bool | date | datetime | None

BOM: Final = b"\xef\xbb\xbf"
# A spreadsheet takes a text beginning with one of these for a formula; the full-width ones too, in Chinese editions.
FORMULA_SIGNS: Final = tuple("=+-@\t\r\n＝＋－＠")
MAX_SHEET_ROWS: Final = 1_048_576
MAX_CELL: Final = 32_000
# Excel keeps 15 digits of a number; a longer one is a name, not a quantity.
MAX_NUMBER: Final = 10**15
CHUNK: Final = 64 * 1024

MAX_IMPORT_BYTES: Final = 32 * 1024 * 1024
MAX_IMPORT_ROWS: Final = 100_000
MAX_IMPORT_COLUMNS: Final = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file that came in, with the number a reader sees beside it (the heading is row 1)."""

    number: int
    cells: dict[str, str]


def safe(cell: Cell) -> Cell:
    """Make a cell harmless: text that a spreadsheet would run gets an apostrophe before it, numbers stay numbers."""
    if isinstance(cell, str):
        text = cell[:MAX_CELL]
        return "'" + text if text.startswith(FORMULA_SIGNS) else text
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= MAX_NUMBER:
        return str(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    return cell


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a CSV file piece by piece: UTF-8 with the mark that Excel needs to read Chinese."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([safe(name) for name in header])
    yield BOM
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
        if buffer.tell() >= CHUNK:
            yield _emptied(buffer)
    yield _emptied(buffer)


def xlsx_chunks(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> Iterator[bytes]:
    """Yield an XLSX file piece by piece; it grows in a temporary file, not in memory."""
    with tempfile.TemporaryFile() as file:
        write_xlsx(file, header, rows, title=title)
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def write_xlsx(target: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> None:
    """Write an XLSX file, row after row; a table too long for one sheet goes on in the next."""
    from xlsxwriter import Workbook  # noqa: PLC0415  # heavy, and few ask for a spreadsheet

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    book = Workbook(target, options)
    if title:
        book.set_properties({"title": title})
    writer = _SheetWriter(book, header)
    for row in rows:
        writer.add(row)
    book.close()


def read_csv(source: bytes | BinaryIO, *, max_rows: int = MAX_IMPORT_ROWS) -> Iterator[Row]:
    """Yield the rows of a CSV file with a heading, in UTF-8, UTF-16 or GB18030; Invalid says what is wrong with it."""
    data = source if isinstance(source, bytes) else source.read(MAX_IMPORT_BYTES + 1)
    if len(data) > MAX_IMPORT_BYTES:
        raise Invalid("sheet-too-large", field="file", params={"megabytes": MAX_IMPORT_BYTES // 1024 // 1024})
    text = decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        yield from named_rows(reader, max_rows=max_rows)
    except csv.Error:
        raise Invalid("sheet-malformed", field="file", params={"row": reader.line_num}) from None


def named_rows(table: Iterator[list[str]], *, max_rows: int) -> Iterator[Row]:
    """Yield the rows of a table by the names in its first line; Invalid says what is wrong with it."""
    yield from _rows(table, _heading(table), max_rows)


def decode(data: bytes) -> str:
    """Tell the writing of a file: marked UTF-8 or UTF-16, plain UTF-8, or what Excel in China saves (GB18030)."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid("sheet-encoding", field="file")


class _SheetWriter:
    """Puts rows below each other and opens the next sheet when one is full."""

    def __init__(self, book: "Workbook", header: Sequence[str]) -> None:
        self._book = book
        self._header = header
        self._bold = book.add_format({"bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._open()

    def _open(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._header):
            self._sheet.write_string(0, column, str(safe(name)), self._bold)
        self._line = 1

    def add(self, row: Sequence[Cell]) -> None:
        """Write one row."""
        if self._line == MAX_SHEET_ROWS:
            self._open()
        for column, cell in enumerate(row):
            self._put(column, safe(cell))
        self._line += 1

    def _put(self, column: int, cell: Cell) -> None:
        sheet, line = self._sheet, self._line
        match cell:
            case None:
                return
            case bool():
                sheet.write_boolean(line, column, cell)
            case int() | float() | Decimal():
                sheet.write_number(line, column, float(cell) if isinstance(cell, Decimal) else cell)
            case datetime():
                sheet.write_datetime(line, column, cell, self._moment)
            case date():
                sheet.write_datetime(line, column, datetime.combine(cell, time()), self._day)
            case _:
                sheet.write_string(line, column, cell)


def _plain(cell: Cell) -> str | int | float | Decimal:
    cell = safe(cell)
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case datetime():
            return cell.isoformat(timespec="seconds")
        case date():
            return cell.isoformat()
        case _:
            return cell


def _emptied(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0, os.SEEK_SET)
    buffer.truncate()
    return data


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _heading(reader: Iterator[list[str]]) -> list[str]:
    names = [name.strip() for name in next(reader, [])]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Invalid("sheet-empty", field="file")
    if len(names) > MAX_IMPORT_COLUMNS:
        raise Invalid("sheet-too-many-columns", field="file", params={"columns": MAX_IMPORT_COLUMNS})
    if "" in names or len(set(names)) < len(names):
        raise Invalid("sheet-heading", field="file")
    return names


def _rows(reader: Iterator[list[str]], names: list[str], max_rows: int) -> Iterator[Row]:
    taken = 0
    for number, cells in enumerate(reader, start=2):
        values = [cell.strip() for cell in cells]
        if not any(values):
            continue
        taken += 1
        if taken > max_rows:
            raise Invalid("sheet-too-many-rows", field="file", params={"rows": max_rows})
        if any(values[len(names) :]):
            raise Invalid("sheet-row-too-long", field="file", params={"row": number})
        padded = [*values, *[""] * len(names)]
        yield Row(number, dict(zip(names, padded, strict=False)))
