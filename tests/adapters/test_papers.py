"""Papers of families, parcels and wishes: read back by another program, and their ink measured."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from charity.adapters import fonts, pdf_family, pdf_parcels, pdf_tables, pdf_wishes
from charity.adapters.fonts import MissingCharacters
from tests.adapters.test_pdf import HARDSHIP, pages

LINK = "https://circle.example.org/desk/parcels/abcdefghijklm"
RARE = "欧阳㛃𠅤䶮"
PUBLIC = pdf_family.PublicSide(
    title="同心圆家庭卡",
    bearer="青竹 1234",
    township="云溪县石桥镇",
    rights_title="您家的权利",
    rights=("您随时可以问谁看过您家的档案。", "任何人都不能为此向您要钱。"),
    link="https://circle.example.org/concern",
    shown_link="投诉举报：circle.example.org/concern",
    brand="同心圆 N+1",
    serial="户卡编号：abcdefghijklm",
)
PEOPLE = pdf_tables.Table(
    title="家庭成员", columns=(("姓名", 2), ("关系", 1)), rows=((RARE, "户主"), ("欧阳小葵", "子女"))
)
PRIVATE = pdf_family.PrivateSide(
    title="仅供存档",
    note="只放在上锁的档案里。",
    rows=(("户主", RARE), ("登记类别", "低保户"), ("住址", "鹤鸣坡三组甲十七号")),
    tables=(PEOPLE,),
    foot="本次打印已写入查阅记录。",
)
WORDS = pdf_parcels.SlipWords(
    title="发放单",
    received="我家已收到上面写的东西。",
    thumbprint="按手印",
    asked=("收到日期", "见证人姓名", "见证人签名", "发放人"),
    witness_is="见证人是：",
    witnesses=("邻居", "村干部", "老师", "村医", "其他非亲属"),
    foot="只拍这张纸，不拍人脸。",
)
WISH = pdf_wishes.PaperWish(
    title="保暖外套一件",
    place="云溪县 · 小学",
    lines=("¥150 / 件", "还差1份"),
    link="https://circle.example.org/wishes/abcdefghijklm",
    wanted=3,
    fulfilled=1,
    in_transit=1,
    committed=2,
)


def grey(data: bytes, folder: Path) -> Image.Image:
    """Rasterise the first sheet."""
    (folder / "paper.pdf").write_bytes(data)
    subprocess.run(["pdftoppm", "-r", "40", "-l", "1", "-png", "paper.pdf", "ink"], cwd=folder, check=True)
    [picture] = folder.glob("ink*.png")
    return Image.open(picture).convert("L")


def test_a_family_card_is_silent_outside_and_whole_inside(tmp_path: Path) -> None:
    [outside] = pages(pdf_family.public_side(PUBLIC), tmp_path)
    [inside] = pages(pdf_family.private_side(PRIVATE), tmp_path)
    assert "青竹 1234" in outside and "谁看过" in outside
    assert not HARDSHIP.search(outside)
    assert not any(word in outside for word in (RARE, "鹤鸣坡", "低保"))
    assert inside.count(RARE) == 2 and "鹤鸣坡三组甲十七号" in inside and "低保户" in inside


def test_a_character_nobody_draws_is_named_and_nothing_is_printed() -> None:
    with pytest.raises(MissingCharacters, match=r"U\+30000"):
        pdf_family.private_side(replace(PRIVATE, rows=(("户主", "王\U00030000"),)))
    with pytest.raises(MissingCharacters):
        pdf_wishes.wish_cards([replace(WISH, title="😀")], title="", scan="", brand="")


def test_a_long_file_goes_on_over_sheets_with_its_headings(tmp_path: Path) -> None:
    rows = tuple((f"第{number}件事", "内容" * 30) for number in range(60))
    long = replace(PRIVATE, tables=(PEOPLE, replace(PEOPLE, title="有日期的事实", rows=rows)))
    inside = pages(pdf_family.private_side(long), tmp_path)
    assert len(inside) > 2
    assert all("姓名" in sheet and "关系" in sheet for sheet in inside)
    assert all(sum(f"第{number}件事" in sheet for sheet in inside) == 1 for number in range(60))


def test_lists_stand_village_by_village_with_room_for_a_thumb(tmp_path: Path) -> None:
    rows = tuple((str(number), f"CODE{number:04d}", "青竹 1234", "") for number in range(20))
    table = pdf_tables.Table(
        title="", columns=(("序号", 1), ("认领", 3), ("给谁", 3), ("按手印", 3)), rows=rows, lowest=17
    )
    one = pdf_parcels.HandOverList(title="发放清单：桃花坞村", notes=("今天",), table=table, foot=("发放人", "日期"))
    read = pages(pdf_parcels.hand_over_lists([one, replace(one, title="发放清单：杏树坪村")]), tmp_path)
    assert len(read) == 4
    assert "桃花坞村" in read[0] and "杏树坪村" in read[2]
    assert all("按手印" in sheet for sheet in read)
    assert "发放人" in read[1] and "发放人" in read[3]


def test_slips_have_fields_and_stand_two_on_a_sheet(tmp_path: Path) -> None:
    slip = pdf_parcels.HandOverSlip(code="7K4M29QX", rows=(("东西", "棉被"), ("给谁", "青竹 1234")), link=LINK)
    data = pdf_parcels.hand_over_slips([slip] * 3, WORDS)
    first, second = pages(data, tmp_path)
    assert [first.count("发放单"), second.count("发放单")] == [2, 1]
    plain = re.sub(r"\s", "", first)
    for asked in (*WORDS.asked, *WORDS.witnesses, WORDS.thumbprint, "7K4M29QX"):
        assert plain.count(asked) >= 2, asked
    ink = grey(data, tmp_path)
    dots = ink.crop((int(ink.width * 0.78), int(ink.height * 0.03), int(ink.width * 0.93), int(ink.height * 0.14)))
    assert sum(dots.histogram()[:90]) > dots.width * dots.height * 0.3, "the code to scan is there"


def test_labels_and_cards_stay_within_their_lines(tmp_path: Path) -> None:
    label = pdf_parcels.ParcelLabel(code="7K4M29QX", lines=("很长的东西" * 12, "桃花坞村" * 9, "2 × 件"), link=LINK)
    long = replace(WISH, title="长长的心愿" * 20, place="云溪县" * 20, lines=("很长" * 30, "还差1份"))
    papers = (
        (pdf_parcels.parcel_labels([label], title="标签", foot="同心圆 N+1"), 5),
        (pdf_wishes.wish_cards([long], title="心愿卡", scan="扫码认领", brand="同心圆 N+1"), 4),
    )
    for number, (data, lines) in enumerate(papers):
        folder = tmp_path / str(number)
        folder.mkdir()
        ink = grey(data, folder)
        inked = ink.point(lambda level: 255 if level < 90 else 0)
        left, top, right, bottom = inked.getbbox() or (0, 0, 0, 0)
        assert min(left, top) > 6
        assert right < ink.width // 2 - 6
        assert bottom < ink.height // lines - 4


def test_a_title_of_the_longest_stands_whole_on_label_slip_and_card(tmp_path: Path) -> None:
    title = "".join(chr(0x4E00 + 3 * number) for number in range(40))  # every letter another one
    title = "".join(letter if ord(letter) in fonts.subset().characters else "件" for letter in title)
    place = "双江拉祜族佤族布朗族傣族自治县勐勐镇千信村"
    label = pdf_parcels.ParcelLabel(code="7K4M29QX", lines=(title, place, "12 × 件 · 2026年10月7日前"), link=LINK)
    slip = pdf_parcels.HandOverSlip(code="7K4M29QX", rows=(("东西", title), ("给谁", "青竹 1234")), link=LINK)
    lines = ("¥1,150.50 / 件", "还差12份", "等了很久没人看见的心愿")
    card = replace(WISH, title=title, place=f"{place} · 儿童 · 小学", lines=lines)
    papers = (
        pdf_parcels.parcel_labels([label], title="标签", foot="同心圆 N+1"),
        pdf_parcels.hand_over_slips([slip], WORDS),
        pdf_wishes.wish_cards([card], title="心愿卡", scan="扫码认领", brand="同心圆"),
    )
    for data in papers:
        [read] = pages(data, tmp_path)
        plain = re.sub(r"\s", "", read)
        assert "…" not in plain
        assert set(title) <= set(plain)
    assert "等了很久没人看见的心愿" in plain and plain.count("同心圆") == 1


def test_lines_that_would_run_into_the_foot_are_set_smaller(tmp_path: Path) -> None:
    """Nothing is drawn in the last line of a card but its foot: measured between both."""
    for count in (1, 3, 9):
        card = replace(WISH, title="长长的心愿" * 8, place="云溪县某某镇" * 5, lines=("很长的一行字" * 3,) * count)
        folder = tmp_path / str(count)
        folder.mkdir()
        ink = grey(pdf_wishes.wish_cards([card], title="心愿卡", scan="扫码", brand="同"), folder)
        per = ink.height / 297
        above_foot = ink.crop((int(9 * per), int((297 / 4 - 15.2) * per), int(55 * per), int((297 / 4 - 13.6) * per)))
        assert above_foot.getextrema()[0] > 200, count


@pytest.mark.parametrize(("address", "sheets"), [("青山县石桥镇一号", 1), ("贵州省黔东南苗族侗族自治州黎平县" * 7, 2)])
def test_a_shipping_slip_keeps_each_part_together(tmp_path: Path, address: str, sheets: int) -> None:
    data = pdf_parcels.shipping_slip(
        outside="外面贴",
        rows=[("收件人", "某" * 40 if sheets > 1 else "代收点"), ("邮寄地址", address), ("开放时间", address)],
        inside="里面放",
        inside_rows=[("东西", "冬季棉衣" * 10 if sheets > 1 else "棉衣"), ("数量", "1 × 件")],
        parcel_label="包裹码",
        parcel_code="7K4M29QX",
        notes=["请把包裹码写在包裹上。" * 4, "只要新的。" * 5],
        link=LINK,
        brand="同心圆",
    )
    read = pages(data, tmp_path)
    assert len(read) == sheets
    assert read[0].count("7K4M29QX") == (2 if sheets == 1 else 1) and "外面贴" in read[0]
    assert "里面放" in read[-1] and "7K4M29QX" in read[-1] and "同心圆" in read[-1]


def test_wish_cards_stand_eight_on_a_sheet(tmp_path: Path) -> None:
    first, second = pages(pdf_wishes.wish_cards([WISH] * 9, title="心愿卡", scan="扫码认领", brand="同心圆"), tmp_path)
    assert [first.count("扫码认领"), second.count("扫码认领")] == [8, 1]
