import io

import pytest
from PIL import Image

from charity.adapters import share_picture
from charity.adapters.fonts import MissingCharacters

GREEN = (0x1C, 0x66, 0x44)
TITLES = [
    "一双36码的运动鞋",
    "给学校的一百本课外书：《昆虫记》《夏洛的网》《城南旧事》，适合三到六年级的孩子，可以带回家一起读" * 3,
    "A warm winter jacket, size 140 cm, for a child who walks to school every morning through the snow",
    "x" * 300,
    "👟 运动鞋 👍🏽",
    "",
]


def drawn(title: str = "运动鞋", *, wanted: int = 5, confirmed: int = 0, in_transit: int = 0, committed: int = 0):
    data = share_picture.draw(
        brand="同心圆 N+1", title=title, place="青山县", units="还差 2 份", note="平台绝不向您收费",
        wanted=wanted, confirmed=confirmed, in_transit=in_transit, committed=committed,
    )  # fmt: skip
    return data, Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("units", [(1, 0, 0, 0), (12, 4, 4, 12), (100, 40, 20, 75)])
def test_any_title_fits_a_small_picture(title, units):
    wanted, confirmed, in_transit, committed = units
    data, image = drawn(title, wanted=wanted, confirmed=confirmed, in_transit=in_transit, committed=committed)
    assert image.size == (1200, 630)
    assert len(data) <= 60_000
    paper = image.getpixel((2, 2))
    assert all(image.getpixel((712, y)) == paper for y in range(615)), "words run into the ring"


def test_the_ring_shows_what_is_confirmed():
    def green(image: Image.Image) -> int:
        box = image.crop((720, 100, 1160, 560))
        return sum(
            count
            for count, colour in box.getcolors(1 << 20) or []
            if all(abs(a - b) < 12 for a, b in zip(colour, GREEN, strict=True))
        )

    none, one, two = (green(drawn(confirmed=n, committed=n)[1]) for n in (0, 1, 2))
    assert none == 0
    assert 0 < one < two


def test_characters_nobody_draws_are_named_not_boxed():
    with pytest.raises(MissingCharacters):
        drawn("王\U00030000")
