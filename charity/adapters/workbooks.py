"""Lists that come in as CSV or as a workbook (XLSX): bounded before anything is unpacked, refused with one sentence."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from threading import BoundedSemaphore
from typing import Final, TypeVar
from xml.parsers import expat

from charity.adapters.apart import MEGABYTE, ChildFailed, run_apart
from charity.adapters.sheets import Row, named_rows, read_csv
from charity.domain.errors import Busy, Invalid

MOST_UNPACKED: Final = 32 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_COLUMNS: Final = 100
MOST_TEXT: Final = 4 * 1024 * 1024
LONGEST_SHARED: Final = 32_767  # what a spreadsheet takes into a cell; a sheet of explanations may be in the file
SECONDS: Final = 20.0
MEMORY: Final = 768 * MEGABYTE  # of addresses
_READERS: Final = BoundedSemaphore(2)  # at once in a process, whose other threads serve everybody else
_PIECE: Final = 1 << 20
WORKBOOK: Final = "xl/workbook.xml"
SHEETS: Final = "xl/worksheets/"
_SHARED: Final = "xl/sharedstrings.xml"
_NEEDED: Final = frozenset(
    {"[content_types].xml", "_rels/.rels", WORKBOOK, "xl/_rels/workbook.xml.rels", _SHARED, "xl/styles.xml"}
)
_DECLARED: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MAGIC: Final = b"PK\x03\x04"
_CELL: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, ValueError, KeyError, OSError, EOFError, RuntimeError, MemoryError
)  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FoundWrong:
    """Why a workbook is refused, as it comes back from another process."""

    code: str
    params: dict[str, str | int] = field(default_factory=dict[str, str | int])


def read_table(data: bytes, *, most_bytes: int, most_rows: int) -> list[Row]:
    """Read the rows of a CSV file or of a workbook's first sheet; Invalid says what is wrong with the file."""
    if len(data) > most_bytes:
        raise Invalid("sheet-too-large", field="file", params={"megabytes": most_bytes // 1024 // 1024})
    rows = _workbook_rows(data, most_rows) if data.startswith(_MAGIC) else read_csv(data, max_rows=most_rows)
    return list(rows)


def _workbook_rows(data: bytes, most_rows: int) -> Iterator[Row]:
    table = read_apart(partial(_texts, data, most_rows), seconds=SECONDS, memory=MEMORY)
    if isinstance(table, FoundWrong):
        raise Invalid(table.code, field="file", params=table.params)
    return named_rows(iter(table), max_rows=most_rows)


def read_apart(work: Callable[[], T], *, seconds: float, memory: int) -> T:
    """Read a workbook in a process of its own, few at once: what it unfolds to never stands in a worker's memory."""
    if not _READERS.acquire(blocking=False):
        raise Busy
    try:
        return run_apart(work, name="workbook", seconds=seconds, memory=memory)
    except ChildFailed:
        raise Invalid("sheet-broken", field="file") from None
    finally:
        _READERS.release()


def _texts(data: bytes, most_rows: int) -> list[list[str]] | FoundWrong:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415  # heavy, and few bring a workbook

    try:
        book = load_workbook(io.BytesIO(_unpacked(data, most_rows)))
        rows = book.get_sheet_by_index(0).to_python()
    except Invalid as wrong:
        return FoundWrong(wrong.code, wrong.params)
    except (CalamineError, *_BROKEN):
        return FoundWrong("sheet-broken")
    table = [[_text(cell) for cell in row] for row in rows]
    if sum(len(text) + 1 for row in table for text in row) > MOST_TEXT:
        return FoundWrong("sheet-broken")
    return table


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
            if not is_needed(part.filename):
                continue
            content = read_part(packed, part)
            if not is_plain(content) or not may_share(part.filename, content):
                raise Invalid("sheet-broken", field="file")
            if part.filename.lower().startswith(SHEETS):
                _may_lay_out(content, most_rows)
            again.writestr(part.filename, content)
    return clean.getvalue()


def read_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Read a part, piece by piece and never more than it says: the rest of a lie is not even unpacked."""
    with packed.open(part) as file:
        return b"".join(iter(lambda: file.read(_PIECE), b""))


def is_needed(name: str) -> bool:
    """Say whether a part is one that cells are read from; the reader is given no other, under whatever name."""
    plain = name.lower()
    return plain in _NEEDED or (plain.startswith(SHEETS) and plain.endswith(".xml"))


def is_plain(content: bytes) -> bool:
    """Say whether a part declares nothing of its own, as office programs never do."""
    return b"\0" not in content and _DECLARED.search(content) is None


def may_share(name: str, content: bytes) -> bool:
    """Say whether no text that cells share is longer than a cell may be: the reader copies it into each of them."""
    if name.lower() != _SHARED:
        return True
    try:
        return _Longest().of(content) <= LONGEST_SHARED
    except expat.ExpatError:
        return False


class _Longest:
    """Measures the texts of a part, each child of its root being one."""

    def __init__(self) -> None:
        self._depth = self._size = self._longest = 0

    def of(self, content: bytes) -> int:
        """Give the length of the longest; a strict reader of XML is asked, so that no comment hides one."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._add
        parser.Parse(content, True)
        return self._longest

    def _begin(self, _name: str, _attributes: object) -> None:
        self._depth += 1

    def _add(self, text: str) -> None:
        self._size += len(text)
        self._longest = max(self._longest, self._size)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._depth == 1:
            self._size = 0


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
