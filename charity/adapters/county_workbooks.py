"""A workbook as a plain table, with the cells that were merged filled in; what could harm is refused unread."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Final, cast

from charity.adapters.workbooks import SHEETS, FoundWrong, is_needed, is_plain, may_share, read_part
from charity.domain.errors import Invalid

MOST_UNPACKED: Final = 192 * 1024 * 1024
MOST_TEXT: Final = 24 * 1024 * 1024  # characters of the table it becomes
LARGE_PART: Final = 16 * 1024 * 1024
MOST_TIMES: Final = 100  # that a large part may be of its packed size; tables of people come to 10 to 30 times
MOST_PARTS: Final = 500
MOST_MERGED: Final = 200_000
LONGEST_CELL: Final = 500
HEADING_ROWS: Final = 20  # in which a cell merged across names each of its columns
MOST_DIGITS: Final = 10**15  # a spreadsheet keeps 15 digits; a longer number is no longer what was typed
_MAGIC: Final = b"PK\x03\x04"
_WORKBOOK: Final = "xl/workbook.xml"
_WINDOW: Final = 2 * 1024  # before a formula: its cell's own words stand there
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_NAMED: Final = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?(?<![\w:])r\s*=\s*["']([A-Za-z]{1,3}\d{1,7})["']""")
# A cell that does not say where it stands would be counted on by the reader: nobody could tell how far.
_NAMELESS: Final = re.compile(rb"<(?:\w+:)?c(?:>|/>|\s(?![^<>]*?(?<![\w:])r\s*=))")
# The letter comes first, so that it alone is looked for: of 180 MB of spaces that takes a tenth of the time.
_STRANGE: Final = re.compile(rb"""r(?<![\w:]r)\s*=\s*["'](?!(?:[A-Za-z]{1,3})?\d{1,7}["'])""")
_CELL: Final = re.compile(rb"""r(?<![\w:]r)\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
_NO_HEADING: Final = re.compile(r"\d{5}")  # a phone or a number of somebody, which is not also the next column's
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, ValueError, KeyError, OSError, EOFError, RuntimeError, MemoryError
)  # fmt: skip

Params = dict[str, str | int]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]


def cell_name(column: int, row: int) -> str:
    """Name a cell as a spreadsheet does: the third column of row 17 is C17."""
    letters = ""
    left = column + 1
    while left:
        left, place = divmod(left - 1, 26)
        letters = chr(ord("A") + place) + letters
    return f"{letters}{row}"


class _Wrong(Exception):
    def __init__(self, code: str, params: Params | None = None) -> None:
        super().__init__(code)
        self.found = FoundWrong(code, params or {})


def is_workbook(data: bytes) -> bool:
    """Say whether a file is a packed one, as workbooks are."""
    return data.startswith(_MAGIC)


def unpacked_size(data: bytes) -> int:
    """Add up what a workbook says its parts take; Invalid when it says too much, or nothing readable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except _BROKEN:
        raise Invalid("sheet-broken", field="file") from None
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or len(names) < len(parts) or _WORKBOOK not in names:
        raise Invalid("sheet-broken", field="file")
    size = sum(part.file_size for part in parts)
    if size > MOST_UNPACKED:
        raise Invalid("sheet-unpacks-too-large", field="file", params={"megabytes": MOST_UNPACKED // 1024 // 1024})
    if any(part.file_size > max(LARGE_PART, MOST_TIMES * part.compress_size) for part in parts):
        raise Invalid("sheet-packed-too-tightly", field="file")
    return size


def plain_table(data: bytes, *, most_rows: int, most_columns: int) -> bytes | FoundWrong:
    """Write the first sheet that holds anything as CSV, or say why not."""
    try:
        with TemporaryFile() as clean:
            _repack(data, clean, most_rows, most_columns)
            clean.seek(0)
            return _as_csv(clean, most_rows, most_columns)
    except _Wrong as wrong:
        return wrong.found
    except _BROKEN:
        return FoundWrong("sheet-broken")


def _repack(data: bytes, clean: IO[bytes], most_rows: int, most_columns: int) -> None:
    """Pack the workbook anew from what was really in it: nothing the reader sees is larger than was looked at."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(clean, "w") as again:
        for part in packed.infolist():
            if not is_needed(part.filename):
                continue
            content = read_part(packed, part)
            if not is_plain(content):
                raise _Wrong("sheet-declares")
            if not may_share(part.filename, content):
                raise _Wrong("sheet-broken")
            if part.filename.lower().startswith(SHEETS):
                _may_lay_out(content, most_rows, most_columns)
            again.writestr(part.filename, content)


def _may_lay_out(sheet: bytes, most_rows: int, most_columns: int) -> None:
    if formula := _FORMULA.search(sheet):
        raise _Wrong("sheet-formula", {"cell": _cell_before(sheet, formula.start())})
    if _NAMELESS.search(sheet) or _STRANGE.search(sheet):
        raise _Wrong("sheet-broken")
    for found in _CELL.finditer(sheet):
        if int(found[2]) > most_rows + 1:
            raise _Wrong("sheet-too-many-rows", {"rows": most_rows})
        if len(found[1]) > 1 and _number(found[1]) > most_columns:
            raise _Wrong("sheet-too-many-columns", {"columns": most_columns})


def _cell_before(sheet: bytes, place: int) -> str:
    """Name the cell in which something stands."""
    before = [found[1] for found in _NAMED.finditer(sheet, max(0, place - _WINDOW), place)]
    return before[-1].decode().upper() if before else "?"


def _number(column: bytes) -> int:
    total = 0
    for letter in column.upper():
        total = total * 26 + letter - ord("A") + 1
    return total


def _as_csv(clean: IO[bytes], most_rows: int, most_columns: int) -> bytes | FoundWrong:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415  # heavy, and few bring a workbook

    try:
        book = load_workbook(clean)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if not sheet.height:
                continue
            if sheet.total_height > most_rows + 1:
                raise _Wrong("sheet-too-many-rows", {"rows": most_rows})
            if sheet.total_width > most_columns:
                raise _Wrong("sheet-too-many-columns", {"columns": most_columns})
            merged = cast(Merged, sheet.merged_cell_ranges or ())
            rows = cast(Iterator[list[object]], sheet.iter_rows())
            left = [""] * (sheet.start[1] if sheet.start else 0)  # the reader leaves empty columns before the first out
            return _written(([*left, *_texts(row, number)] for number, row in enumerate(rows, start=1)), merged)
    except CalamineError:
        raise _Wrong("sheet-broken") from None
    raise _Wrong("sheet-empty")


def _written(rows: Iterator[list[str]], merged: Merged) -> bytes:
    if len(merged) > MOST_MERGED:
        raise _Wrong("sheet-broken")
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in _filled(rows, merged):
        writer.writerow(row)
        if out.tell() > MOST_TEXT:
            raise _Wrong("sheet-unpacks-too-large", {"megabytes": MOST_TEXT // 1024 // 1024})
    return out.getvalue().encode()


def _filled(rows: Iterator[list[str]], merged: Merged) -> Iterator[list[str]]:
    """Say in each cell of a merged one what it says: downwards everywhere, across among the headings."""
    beginning: dict[int, list[tuple[int, int, int]]] = {}
    for (top, left), (bottom, right) in merged:
        beginning.setdefault(top, []).append((left, right if top < HEADING_ROWS else left, bottom))
    running: dict[int, tuple[str, int]] = {}
    for number, row in enumerate(rows):
        for left, right, bottom in beginning.get(number, ()):
            value = row[left] if left < len(row) else ""
            across = left if _NO_HEADING.search(value) else right
            for column in range(left, min(across + 1, len(row))):
                running[column] = (value, bottom)
        for column, (value, bottom) in list(running.items()):
            if number > bottom:
                del running[column]
            elif not row[column]:
                row[column] = value
        yield row


def _texts(row: list[object], number: int) -> list[str]:
    texts = [_text(cell) for cell in row]
    if max(map(len, texts), default=0) > LONGEST_CELL:
        column = next(place for place, text in enumerate(texts) if len(text) > LONGEST_CELL)
        raise _Wrong("sheet-cell-too-long", {"cell": cell_name(column, number)})
    return texts


def _text(cell: object) -> str:
    """Write a cell as people see it; a number of more digits than a spreadsheet keeps stays visibly none."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer() and abs(cell) < MOST_DIGITS:
            return str(int(cell))
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
