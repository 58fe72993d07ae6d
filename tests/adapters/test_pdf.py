import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

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


def test_a_long_name_stands_beside_its_numbers_and_never_over_them(tmp_path: Path) -> None:
    place = "内蒙古自治区鄂尔多斯市伊金霍洛旗直辖村级区划社区居民委员会"
    person = "买买提江·阿卜杜热合曼·艾合买提江·吐尔逊 13800000000"
    numbers = ("128", "289", "163", "106", "101", "¥17,947", "12", "3", "4")
    book = pdf_books.BookPaper(
        title="县档",
        subtitle="",
        header=("地方", "户数", "人数", "儿童", "未实现", "已实现", "帮助", "小时", "原因", "过期"),
        rows=[(place, *numbers)] * 60,
        total=("合计", *numbers),
        sections=[],
        notes=[],
        page="第{0}页",
    )
    drawn = pdf_books.book_paper(book)
    read = "".join("".join(pages(drawn, tmp_path)).split())
    assert read.count("17,947") == 61 and all(read.count(letter) >= 60 for letter in place)
    (tmp_path / "book.pdf").write_bytes(drawn)
    subprocess.run(["pdftoppm", "-r", "72", "-l", "1", "-gray", "book.pdf", "ink"], cwd=tmp_path, check=True)
    [picture] = tmp_path.glob("ink*")
    ink, point = Image.open(picture), 72 / 25.4
    edge = (pdf.MARGIN + pdf_books.NAMES) * point
    # Beside the names, below the headings, runs a strip in which only the ground of every second line shows.
    strip = ink.crop((int(edge - 3), int(62 * point), int(edge - 1), int((pdf.HEIGHT - pdf.MARGIN - 4) * point)))
    assert strip.getextrema()[0] > 225
    beside = replace(book, rows=[], sections=[("负责人", [("第一书记", person), ("儿童督导员", "张三 13900000000")])])
    read = "".join("".join(pages(pdf_books.book_paper(beside), tmp_path)).split())
    assert "第一书记" in read and all(letter in read for letter in "买吐逊13800000000")
