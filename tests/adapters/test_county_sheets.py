"""A county's own sheets: titles and merged cells are read as people read them; what could harm is refused at once."""

import io
import os
import struct
import tracemalloc
import zipfile

import pytest
from xlsxwriter import Workbook

from charity.adapters import county_sheets, county_workbooks, workbooks
from charity.adapters.county_sheets import MOST_BYTES, MOST_ROWS, Sheet, cell_name
from charity.adapters.workbooks import read_table
from charity.domain.errors import Busy, Invalid

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
AT_ONCE = 4.0  # seconds of work, where what is read in full takes far more


def xlsx(rows: list[list[object]], *, first: tuple[int, int] = (0, 0)) -> bytes:
    out = io.BytesIO()
    book = Workbook(out)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(first[0] + number, first[1], row)
    book.close()
    return out.getvalue()


def with_part(content: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook in which one part was replaced by hand."""
    out = io.BytesIO()
    good = io.BytesIO(xlsx([["村", "户主"]]))
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


def sheet_of(cells: str) -> bytes:
    return with_part(f"{HEAD}<sheetData>{cells}</sheetData></worksheet>".encode())


def refusal(data: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        for _line in Sheet(data).lines():
            pass
    return caught.value


def worked() -> float:
    """Give the processor's seconds of this process and of those it waited for: a workbook is read by another one."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def refused(data: bytes) -> Invalid:
    """Say how a file is refused: within a few seconds of work, and a small one without filling the memory."""
    began = worked()
    found = refusal(data)
    assert worked() - began < AT_ONCE
    if len(data) < 2**20:
        tracemalloc.start()
        try:
            refusal(data)
            assert tracemalloc.get_traced_memory()[1] < 8 * len(data) + 16 * 2**20
        finally:
            tracemalloc.stop()
    return found


def lines(data: bytes) -> list[tuple[int, list[str]]]:
    return [(line.number, line.cells) for line in Sheet(data).lines()]


def test_the_same_table_in_every_writing() -> None:
    text = "名册,,\r\n村,户主姓名,数量\r\n\r\n桃花坞村,王强,3\r\n"
    wanted = [(1, ["名册"]), (2, ["村", "户主姓名", "数量"]), (4, ["桃花坞村", "王强", "3"])]
    book = xlsx([["名册"], ["村", "户主姓名", "数量"], [], ["桃花坞村", "王强", 3]])
    for data in (text.encode(), text.encode("utf-8-sig"), text.encode("gb18030"), text.encode("utf-16"), book):
        assert lines(data) == wanted


def test_a_table_that_begins_further_down_and_right_keeps_the_names_of_its_cells() -> None:
    assert lines(xlsx([["村", "户主"], ["桃花坞村", "王强"]], first=(2, 1))) == [
        (3, ["", "村", "户主"]),
        (4, ["", "桃花坞村", "王强"]),
    ]
    assert [cell_name(column, 17) for column in (0, 2, 25, 26, 99)] == ["A17", "C17", "Z17", "AA17", "CV17"]


def test_merged_cells_speak_for_all_of_theirs() -> None:
    out = io.BytesIO()
    book = Workbook(out)
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 1, 0, "村")
    sheet.merge_range(0, 1, 0, 2, "家庭成员")
    sheet.write_row(1, 1, ["姓名", "性别"])
    sheet.merge_range(2, 0, 3, 0, "桃花坞村")
    sheet.write_row(2, 1, ["王强", "男"])
    sheet.write_row(3, 1, ["李梅", "女"])
    sheet.merge_range(4, 1, 4, 2, "13800000001")
    book.close()
    assert [cells for _, cells in lines(out.getvalue())] == [
        ["村", "家庭成员", "家庭成员"],
        ["村", "姓名", "性别"],
        ["桃花坞村", "王强", "男"],
        ["桃花坞村", "李梅", "女"],
        ["", "13800000001"],
    ], "a number is not also the next column's"


def test_a_number_too_long_for_a_spreadsheet_stays_visibly_none() -> None:
    assert lines(xlsx([["身份证号", "户号"], [110101201502280012.0, 1234567890]]))[1][1] == [
        "1.1010120150228e+17",
        "1234567890",
    ]


def test_formulas_are_named_by_their_cell() -> None:
    out = io.BytesIO()
    book = Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["村", "年龄"])
    sheet.write_formula(16, 2, "=2026-2000")
    book.close()
    found = refused(out.getvalue())
    assert (found.code, found.params) == ("sheet-formula", {"cell": "C17"})
    found = refused('村,户主\r\n桃花坞村,"=CMD(""x"")"\r\n'.encode("gb18030"))
    assert (found.code, found.params) == ("sheet-formula", {"cell": "B2"})
    assert lines("村,户主\r\n桃花坞村,'@王强\r\n".encode())[1][1] == ["桃花坞村", "@王强"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "sheet-too-many-columns"),
        ('<row r="1"><c r="A1048576"><v>1</v></c></row>', "sheet-too-many-rows"),
        ("<row>" + "<c><v>1</v></c>" * 16_000 + "</row>" + "<row><c><v>1</v></c></row>" * 20_000, "sheet-broken"),
        ("<row>" + "<x:c x:r='A1'><v>1</v></x:c>" * 3 + "</row>", "sheet-broken"),
        ('<row r="1"><c r="&#88;FD1"><v>1</v></c></row>', "sheet-broken"),
        ('<row r="1">' + "".join(f'<c r="{cell_name(n, 1)}"><v>1</v></c>' for n in range(16_000)) + "</row>",
         "sheet-too-many-columns"),
        (f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"长" * 1_000_000}</t></is></c></row>', "sheet-cell-too-long"),
    ],
)  # fmt: skip
def test_sheets_made_by_hand_to_fill_the_memory(cells: str, code: str) -> None:
    assert refused(sheet_of(cells)).code == code


def test_entities_are_not_even_declared() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "哈">{laughs}]>{HEAD}<sheetData/></worksheet>'
    assert refused(with_part(bomb.encode())).code == "sheet-declares"
    assert refused(with_part(bomb.encode("utf-16"))).code == "sheet-declares"
    assert refused(with_part(bomb.encode(), "xl/styles.xml")).code == "sheet-declares"


def test_zip_bombs_are_refused_before_they_are_unpacked() -> None:
    bomb = sheet_of(" " * (county_workbooks.MOST_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    assert refused(bomb).code == "sheet-unpacks-too-large"
    size = struct.pack(
        "<L", county_workbooks.MOST_UNPACKED + 1 + len(HEAD) + len("<sheetData></sheetData></worksheet>")
    )
    assert size in bomb
    assert refused(bomb.replace(size, struct.pack("<L", 1_000))).code == "sheet-broken"


def test_what_unpacks_to_just_below_the_limit_is_refused_as_quickly() -> None:
    bomb = sheet_of(" " * (county_workbooks.MOST_UNPACKED - 2**20))
    assert len(bomb) < 1_000_000
    assert refused(bomb).code == "sheet-packed-too-tightly"
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row * 7919 % 999983}</v></c></row>' for row in range(1, 90_000))
    assert not county_workbooks.unpacked_size(sheet_of(rows)) > county_workbooks.MOST_UNPACKED


def test_a_table_of_sixteen_thousand_columns_or_too_many_rows() -> None:
    assert refused(b",".join([b"x"] * 16_000)).code == "sheet-too-many-columns"
    assert refused(b"x" * (MOST_BYTES + 1)).code == "sheet-too-large"
    assert refused("村\r\n".encode() + b"x\r\n" * (MOST_ROWS + 100)).code == "sheet-too-many-rows"
    assert refused(b"a,b\r\n" + b"x" * 100_000 + b"\r\n").code == "sheet-cell-too-long"
    assert refused(b'a,"b\r\nx').code == "sheet-malformed"
    assert refused(b"\r\n,,\r\n").code == "sheet-empty"
    assert refused(b"PK\x03\x04 nothing").code == "sheet-broken"


def shared(text: str, cells: int) -> bytes:
    """A workbook of few bytes in which one text stands in many cells."""
    good = io.BytesIO(xlsx([["村", "户主"]]))
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>{text}</si></sst>'
    rows = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{cell_name(n, row)}" t="s"><v>0</v></c>' for n in range(50)) + "</row>"
        for row in range(1, cells // 50 + 1)
    )
    replaced = {
        "xl/sharedStrings.xml": strings,
        "xl/worksheets/sheet1.xml": f"{HEAD}<sheetData>{rows}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, replaced.get(name, old.read(name)))
    return out.getvalue()


def test_a_text_that_many_cells_share_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(shared("<t>村</t>", 50)) == [(1, ["村"] * 50)]
    long = "长" * (workbooks.LONGEST_SHARED // 2 + 1)
    asked: list[int] = []
    run = workbooks.run_apart

    def noted(work, **how):  # type: ignore[no-untyped-def]
        found = run(work, **how)
        asked.append(how["memory"])
        return found

    monkeypatch.setattr(workbooks, "run_apart", noted)
    for text in (f"<t>{long}{long}</t>", f"<t>{long}<!--</si><si>-->{long}</t>", f"<r><t>{long}</t></r><t>{long}</t>"):
        assert refusal(shared(text, 1_000)).code == "sheet-broken"
    assert len(asked) == 3  # it was seen what they are, before anything was laid out
    with pytest.raises(Invalid, match=r"^sheet-broken$"):
        read_table(shared(f"<t>{long}{long}</t>", 50), most_bytes=2**20, most_rows=100)
    # What each cell may hold is too much in all of them: the process that reads it ends, and no other.
    monkeypatch.setattr(county_sheets, "MEMORY", 300 * 2**20)
    assert refusal(shared(f"<t>{long}</t>", 20_000)).code == "sheet-broken"
    assert len(asked) == 4


def test_a_formula_after_cells_without_an_end_is_found_at_once() -> None:
    assert refused(with_part(b"<x>" + b"<c " * 22_000 + b"<f>")).code == "sheet-formula"
    near = HEAD + '<sheetData><row r="1"><c r="C17" s="1"><v>1</v></c><c r="D17"><f>1</f></c></row></sheetData>'
    assert refused(with_part(near.encode())).params == {"cell": "D17"}


def test_no_sheet_hides_under_another_name() -> None:
    out = io.BytesIO()
    bad = f'{HEAD}<sheetData><row r="1"><c r="A1"><f>1</f><v>1</v></c></row></sheetData></worksheet>'
    with zipfile.ZipFile(io.BytesIO(xlsx([["村"]]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"worksheets/sheet1.xml", b"elsewhere.xml"))
        new.writestr("xl/elsewhere.xml", bad)
    assert refused(out.getvalue()).code == "sheet-broken"


def test_a_table_of_separators_is_refused_before_it_is_cut() -> None:
    assert refused(b"a,b\n" + b"," * 1_000_000 + b"x").code == "sheet-too-many-columns"
    assert refused(b"a,b\n" + b'"",' * 1_000_000 + b"x").code == "sheet-too-many-columns"
    assert refused(b"a,b\n" + b"\n" * 1_100_000).code == "sheet-too-many-rows"
    assert refused(b"a,b\n" + b"\r" * 1_100_000).code == "sheet-too-many-rows"
    assert refused(b'a,b\nx,"' + b"\n" * 1_000_000 + b'"\n').code == "sheet-malformed"
    # What an office program leaves behind the last column is no harm.
    assert lines(b"a,b\n" + (b"x" + b"," * 16_383 + b"\n") * 3)[1:] == [(n, ["x"]) for n in (2, 3, 4)]
    assert lines('村,住址\n桃花坞村,"三组,\n四号"\n'.encode()) == [(1, ["村", "住址"]), (2, ["桃花坞村", "三组, 四号"])]


def test_a_workbook_is_read_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    data = xlsx([["村", "户主"], ["桃花坞村", "王强"]])
    monkeypatch.setattr(county_sheets, "SECONDS", 0.01)
    assert refused(data).code == "sheet-broken"
    with workbooks._READERS, workbooks._READERS, pytest.raises(Busy):  # few at once
        Sheet(data)
