"""Cards of circles and the poster, read back by other programs."""

import subprocess
from pathlib import Path

from PIL import Image

from charity.adapters.pdf_cards import PER_SHEET, CircleCard, circle_cards, poster
from tests.adapters.test_pdf import pages

LINK = "https://circle.example.org/circles/abcdefghijkl"


def cards(count: int) -> bytes:
    drawn = [
        CircleCard(
            title=f"青竹 {number}",
            place="云溪县",
            lines=("暖冬行动", "每月一床棉被 · ¥100", "12个月", "9个结对名额已有3个"),
            link=f"{LINK}{number % 10}",
            seats=9,
            taken=3,
        )
        for number in range(count)
    ]
    return circle_cards(drawn, title="暖冬行动", foot="扫码查看这个同心圆", brand="同心圆 N+1")


def test_eight_cards_stand_on_a_sheet(tmp_path: Path) -> None:
    first, second = pages(cards(PER_SHEET + 1), tmp_path)
    assert [first.count("云溪县"), second.count("云溪县")] == [PER_SHEET, 1]
    for words in ("青竹 0", "每月一床棉被 · ¥100", "9个结对名额已有3个", "扫码查看", "同心圆 N+1"):
        assert words in first


def test_long_words_stay_on_their_card(tmp_path: Path) -> None:
    long = CircleCard(
        title="青竹" * 20, place="云溪县" * 12, lines=("很长的一份礼物" * 6,), link=LINK, seats=3, taken=0
    )
    data = circle_cards([long], title="暖冬行动", foot="扫码查看这个同心圆" * 3, brand="同心圆 N+1")
    assert len(pages(data, tmp_path)) == 1


def test_the_ink_of_a_card_stays_within_its_lines(tmp_path: Path) -> None:
    (tmp_path / "cards.pdf").write_bytes(cards(1))
    subprocess.run(["pdftoppm", "-r", "40", "-png", "cards.pdf", "cards"], cwd=tmp_path, check=True)
    [picture] = tmp_path.glob("cards*.png")
    grey = Image.open(picture).convert("L")
    inked = grey.crop((0, 0, grey.width // 2 - 2, grey.height // 4 - 2)).point(lambda level: 255 if level < 90 else 0)
    left, top, right, bottom = inked.getbbox() or (0, 0, 0, 0)
    assert min(left, top) > 8
    assert right < grey.width // 2 - 8
    assert bottom < grey.height // 4 - 8


def test_a_poster_says_how_to_join(tmp_path: Path) -> None:
    data = poster(
        title="暖冬行动 9+1",
        seats=9,
        lines=["9位爱心网友陪伴一户家庭", "每月一床棉被 · ¥100"],
        link="https://circle.example.org/join/abcd2345",
        shown_link="circle.example.org/join/abcd2345",
        notes=["云桥省慈善会 · 慈证字001号"],
        brand="同心圆 N+1",
    )
    [sheet] = pages(data, tmp_path)
    for words in ("暖冬行动 9+1", "9位爱心网友陪伴一户家庭", "circle.example.org/join/abcd2345", "慈证字001号"):
        assert words in sheet
