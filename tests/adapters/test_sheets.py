import csv
import io
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import python_calamine

from charity.adapters import sheets
from charity.domain.errors import Invalid

DANGEROUS = ["=1+1", "+86 138", "-cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠x"]


def as_csv(header, rows) -> str:
    data = b"".join(sheets.csv_chunks(header, rows))
    assert data.startswith(b"\xef\xbb\xbf")
    return data.decode("utf-8-sig")


def as_xlsx(header, rows) -> list[list]:
    data = b"".join(sheets.xlsx_chunks(header, rows))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(text):
    [_, [cell]] = csv.reader(io.StringIO(as_csv(["a"], [[text]]), newline=""))
    assert cell == "'" + text
    assert as_xlsx(["a"], [[text]])[1][0].startswith("'")
    assert as_csv([text], []).lstrip('"').startswith("'")


def test_numbers_stay_numbers_and_days_stay_days():
    moment = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
    row = [-5, -1.5, Decimal("-2.50"), True, None, date(2026, 5, 1), moment, 10**17, float("nan"), "心愿"]
    [_, cells] = csv.reader(io.StringIO(as_csv(["x"] * 10, [row])))
    assert cells == [
        "-5",
        "-1.5",
        "-2.50",
        "true",
        "",
        "2026-05-01",
        "2026-05-01T12:30:00+00:00",
        str(10**17),
        "",
        "心愿",
    ]
    got = as_xlsx(["x"] * 10, [row])[1]
    assert got[:4] == [-5.0, -1.5, -2.5, True]
    assert got[5:8] == [date(2026, 5, 1), datetime(2026, 5, 1, 12, 30), str(10**17)]
    assert got[9] == "心愿"


def test_xlsx_holds_no_formula_and_no_link():
    import zipfile

    data = b"".join(sheets.xlsx_chunks(["a"], [["=1+1"], ["https://example.org"], ["{=1}"]], title="表"))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet


def test_a_table_too_long_for_a_sheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_SHEET_ROWS", 4)
    rows = as_xlsx(["n"], [[n] for n in range(7)])
    assert rows == [["n"], [0.0], [1.0], [2.0], ["n"], [3.0], [4.0], [5.0], ["n"], [6.0]]


def test_rows_stream_without_piling_up():
    rows = (["心愿" * 20, n] for n in range(50_000))
    tracemalloc.start()
    size = sum(len(piece) for piece in sheets.csv_chunks(["text", "n"], rows))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 6_000_000
    assert peak < 2_000_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_all_usual_writings_are_read(encoding, delimiter):
    text = f"标题{delimiter}份数\r\n运动鞋{delimiter}3\r\n\r\n 书包 {delimiter}\r\n"
    rows = list(sheets.read_csv(io.BytesIO(text.encode(encoding))))
    assert rows == [
        sheets.Row(2, {"标题": "运动鞋", "份数": "3"}),
        sheets.Row(4, {"标题": "书包", "份数": ""}),
    ]


def test_what_was_written_can_be_read():
    data = b"".join(sheets.csv_chunks(["a", "b"], [["多\n行", 'quo"te, comma'], ["", 3]]))
    assert [row.cells for row in sheets.read_csv(data)] == [{"a": "多\n行", "b": 'quo"te, comma'}, {"a": "", "b": "3"}]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheet-empty"),
        (b",,\n1,2,3\n", "sheet-empty"),
        (b"a,,b\n1,2,3\n", "sheet-heading"),
        (b"a,a\n1,2\n", "sheet-heading"),
        (b"a,b\n1,2,3\n", "sheet-row-too-long"),
        (b'a,b\n"x"y,2\n', "sheet-malformed"),
        (b'a,b\n"never closed,2\n', "sheet-malformed"),
        (b"a\n" + b"x" * 200_000, "sheet-malformed"),
        (b"PK\x03\x04\x14\0\0\0", "sheet-encoding"),
        (b"a\n\xff\xff\xff\n", "sheet-encoding"),
        (",".join(map(str, range(101))).encode(), "sheet-too-many-columns"),
        (b"a\n1\n2\n3\n4\n", "sheet-too-many-rows"),
        (b"x" * (sheets.MAX_IMPORT_BYTES + 1), "sheet-too-large"),
    ],
)
def test_bad_files_are_refused_by_code(data, code):
    with pytest.raises(Invalid) as caught:
        list(sheets.read_csv(data, max_rows=3))
    assert (caught.value.code, caught.value.field) == (code, "file")
