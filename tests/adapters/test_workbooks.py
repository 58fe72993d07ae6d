"""Lists that come in: CSV in two writings, XLSX, and files that are broken, huge, or larger than they look."""

import io
import struct
import zipfile

import pytest
from xlsxwriter import Workbook

from charity.adapters.workbooks import MOST_UNPACKED, read_table
from charity.domain.errors import Invalid

LIMITS = {"most_bytes": 4 * 1024 * 1024, "most_rows": 5_000}


def xlsx(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    book = Workbook(out)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_table(data, **LIMITS)
    assert caught.value.field == "file"
    return caught.value.code


def cells(data: bytes) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, row.cells) for row in read_table(data, **LIMITS)]


def test_csv_and_workbook_say_the_same() -> None:
    text = "户卡编号,代收点\r\nabc,柳林镇爱心代收点\r\n\r\n1234567890123,\r\n"
    wanted = [(2, {"户卡编号": "abc", "代收点": "柳林镇爱心代收点"}), (4, {"户卡编号": "1234567890123", "代收点": ""})]
    book = xlsx([["户卡编号", "代收点"], ["abc", "柳林镇爱心代收点"], [], [1234567890123, ""]])
    assert cells(text.encode()) == cells(text.encode("utf-8-sig")) == cells(text.encode("gb18030")) == wanted
    assert cells(book) == wanted


def test_a_broken_or_foreign_file_is_refused() -> None:
    good = xlsx([["household"], ["abc"]])
    assert refused(good[: len(good) // 2]) == "sheet-broken"
    assert refused(b"PK\x03\x04 nothing") == "sheet-broken"
    assert refused(b"") == "sheet-empty"
    assert refused(b"\xff\xfe\xff") == "sheet-encoding"
    assert refused(packed({"content.xml": b"<office/>"})) == "sheet-broken"
    assert refused(b"household\n" + b"a\n" * 5_001) == "sheet-too-many-rows"
    assert refused(b"a" * (4 * 1024 * 1024 + 1)) == "sheet-too-large"


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def with_sheet(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx([["household"], ["abc"]]))) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    return packed(parts | {"xl/worksheets/sheet1.xml": content})


def bloated(spaces: int) -> bytes:
    """A sheet that any reader would take, with so much white space in it."""
    with zipfile.ZipFile(io.BytesIO(xlsx([["household"], ["abc"]]))) as file:
        sheet = file.read("xl/worksheets/sheet1.xml")
    return with_sheet(sheet.replace(b"<sheetData>", b" " * spaces + b"<sheetData>"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert cells(bloated(1_000)) == [(2, {"household": "abc"})]
    bomb = bloated(MOST_UNPACKED)
    assert len(bomb) < 100_000
    assert refused(bomb) == "sheet-broken"


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    honest = bloated(MOST_UNPACKED)
    with zipfile.ZipFile(io.BytesIO(honest)) as file:
        size = struct.pack("<L", file.getinfo("xl/worksheets/sheet1.xml").file_size)
    assert size in honest
    assert refused(honest.replace(size, struct.pack("<L", 10))) == "sheet-broken"


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD1"])
def test_cells_far_apart_are_not_laid_out(cell: str) -> None:
    sheet = f"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c r="A1"><v>1</v></c></row><row><c r = '{cell}'><v>1</v></c></row></sheetData></worksheet>"""
    assert refused(with_sheet(sheet.encode())) == "sheet-too-many-rows"
