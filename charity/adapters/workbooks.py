"""Lists that come in as CSV or as a workbook (XLSX): bounded before anything is unpacked, refused with one sentence."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from charity.adapters.sheets import Row, named_rows, read_csv
from charity.domain.errors import Invalid

MOST_UNPACKED: Final = 32 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_COLUMNS: Final = 100
_PIECE: Final = 1 << 20
WORKBOOK: Final = "xl/workbook.xml"
_MAGIC: Final = b"PK\x03\x04"
_CELL: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, ValueError, KeyError, OSError, EOFError, RuntimeError
)  # fmt: skip


def read_table(data: bytes, *, most_bytes: int, most_rows: int) -> list[Row]:
    """Read the rows of a CSV file or of a workbook's first sheet; Invalid says what is wrong with the file."""
    if len(data) > most_bytes:
        raise Invalid("sheet-too-large", field="file", params={"megabytes": most_bytes // 1024 // 1024})
    rows = _workbook_rows(data, most_rows) if data.startswith(_MAGIC) else read_csv(data, max_rows=most_rows)
    return list(rows)


def _workbook_rows(data: bytes, most_rows: int) -> Iterator[Row]:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415  # heavy, and few bring a workbook

    try:
        book = load_workbook(io.BytesIO(_unpacked(data, most_rows)))
        table = book.get_sheet_by_index(0).to_python()
    except (CalamineError, *_BROKEN):
        raise Invalid("sheet-broken", field="file") from None
    return named_rows(([_text(cell) for cell in row] for row in table), max_rows=most_rows)


def _unpacked(data: bytes, most_rows: int) -> bytes:
    """Give the workbook packed anew from what was really in it: nothing the reader sees is larger than was looked at.

    A sheet whose cells lie far apart would be laid out in full, so far-away cells are refused here as well.
    """
    clean = io.BytesIO()
    left = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(clean, "w") as again:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or len({part.filename for part in parts}) < len(parts):
            raise Invalid("sheet-broken", field="file")
        if WORKBOOK not in {part.filename for part in parts}:
            raise Invalid("sheet-broken", field="file")
        for part in parts:
            left -= part.file_size
            if left < 0:
                raise Invalid("sheet-broken", field="file")
            content = read_part(packed, part)
            if part.filename.startswith("xl/worksheets/"):
                _may_lay_out(content, most_rows)
            again.writestr(part.filename, content)
    return clean.getvalue()


def read_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Read a part, piece by piece and never more than it says: the rest of a lie is not even unpacked."""
    with packed.open(part) as file:
        return b"".join(iter(lambda: file.read(_PIECE), b""))


def _may_lay_out(sheet: bytes, most_rows: int) -> None:
    for column, row in _CELL.findall(sheet):
        if int(row) > most_rows + 1 or _number(column) > MOST_COLUMNS:
            raise Invalid("sheet-too-many-rows", field="file", params={"rows": most_rows})


def _number(column: bytes) -> int:
    """Give the number of a column from its letters, A being 1."""
    total = 0
    for letter in column.upper():
        total = total * 26 + letter - ord("A") + 1
    return total


def _text(cell: object) -> str:
    """Write a cell as people see it: a whole number without the point that a sheet keeps behind it."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
