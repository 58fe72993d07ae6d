import re
import subprocess
from pathlib import Path

import pytest

from charity.adapters import pdf, pdf_books, pdf_parcels
from charity.adapters.fonts import MissingCharacters

CODES = [f"{number * 37 % 10000:04d} {number * 91 % 10000:04d}" for number in range(101, 121)]
HARDSHIP = re.compile("贫|困|救助|帮扶|低保|poor|poverty|hardship", re.IGNORECASE)


def card(**changed) -> bytes:
    values = {
        "title": "同心圆卡",
        "bearer": "小雨家",
        "township": "青山县 石桥镇人民政府",
        "codes": CODES,
        "codes_title": "收到东西时，用一个号码",
        "instructions": ["每个号码只用一次。", "没有收到东西，不要把号码告诉任何人。"],
        "brand": "同心圆 N+1",
        "serial": "K-000123",
    }
    return pdf.code_card(**(values | changed))


def slip(**changed) -> bytes:
    values = {
        "outside": "包裹标签",
        "rows": [("收件人", "爱心代收点"), ("地址", "青山县石桥镇人民路 12 号便民服务中心" * 4)],
        "inside": "寄件单",
        "inside_rows": [("心愿", "冬季棉衣一件")],
        "parcel_label": "包裹码",
        "parcel_code": "QS-7K4M-29",
        "notes": ["请把这张纸放进包裹里。"],
        "link": "https://example.org/desk/parcels?code=QS7K4M29",
    }
    return pdf_parcels.shipping_slip(**(values | changed))


def pages(data: bytes, tmp_path: Path) -> list[str]:
    """Read a paper back with another program."""
    (tmp_path / "paper.pdf").write_bytes(data)
    read = ["pdftotext", "-layout", str(tmp_path / "paper.pdf"), "-"]
    return subprocess.run(read, capture_output=True, check=True).stdout.decode().split("\f")[:-1]


def test_a_card_has_a_silent_cover_and_all_codes_inside(tmp_path):
    cover, inside = pages(card(), tmp_path)
    assert "同心圆卡" in cover
    assert "小雨家" in cover
    assert "石桥镇" in cover
    assert not any(code in cover for code in CODES)
    assert not HARDSHIP.search(cover)
    assert all(code in inside for code in CODES)
    assert "每个号码只用一次。" in inside


def test_a_blank_card_and_long_instructions_still_fit(tmp_path):
    cover, *inside = pages(card(bearer="", instructions=["请把号码收好，不要告诉别人。" * 4] * 12), tmp_path)
    assert "小雨家" not in cover
    assert all(code in inside[-1] for code in CODES)


def test_a_slip_fits_one_page_and_says_where(tmp_path):
    [page] = pages(slip(), tmp_path)
    plain = re.sub(r"\s", "", page)
    outside, inside = plain.split("寄件单")
    assert "QS-7K4M-29" in outside and "QS-7K4M-29" in inside
    assert "爱心代收点" not in inside and "冬季棉衣" not in outside
    assert "爱心代收点" in outside
    assert plain.count("便民服务中心") == 4


def test_papers_are_small_and_their_fonts_are_inside(tmp_path):
    for data in (card(), slip(), slip(link="")):
        assert data.startswith(b"%PDF-")
        assert len(data) < 60_000
        (tmp_path / "paper.pdf").write_bytes(data)
        told = subprocess.run(["pdffonts", tmp_path / "paper.pdf"], capture_output=True, text=True, check=True).stdout
        assert "CircleKai" in told
        assert all(re.search(r"\byes yes yes\b", line) for line in told.splitlines()[2:])


def test_rare_names_are_drawn_and_undrawable_ones_are_named(tmp_path):
    [page] = pages(slip(rows=[("收件人", "龑䶮赟㛃𠅤"), ("保管人", "堃垚")]), tmp_path)
    assert "龑䶮赟㛃𠅤" in page
    with pytest.raises(MissingCharacters, match=r"U\+30000"):
        slip(rows=[("收件人", "王\U00030000")])
    with pytest.raises(MissingCharacters):
        card(bearer="😀")


@pytest.mark.parametrize("count", [0, 21])
def test_a_card_holds_at_most_twenty_codes(count):
    with pytest.raises(ValueError, match="codes"):
        card(codes=["1234 5678"] * count)


def test_a_book_of_the_register_breaks_no_word_and_shrinks_no_name(tmp_path):
    names = ("Households", "Members", "Children", "Open wishes", "Wishes met", "Help received", "Hours received")
    numbers = ("128", "289", "163", "106", "101", "CN¥17,947", "12")
    long = "Low-income family (minimum living allowance)"
    book = pdf_books.BookPaper(
        title="County file: Warmbrook County",
        subtitle="As of Nov 23, 2026",
        header=("Place", *names),
        rows=[("Gleaning Township", *numbers)],
        total=("Sum", *numbers),
        sections=[("By category", [(long, "11"), ("Orphan", "16"), ("Family just above the allowance", "15")])],
        notes=["For the office's own use."],
        page="Page {0}",
        lang="en",
    )
    (read,) = pages(pdf_books.book_paper(book), tmp_path)
    assert {word for name in names for word in name.split()} <= set(read.split())
    assert "Low-income family (minimum" in read
    assert long not in read  # it goes on in a second line, in the size of the others
