"""Codes in pictures: what a telephone would scan is found, turned and small as well; stripes and noise are none."""

from io import BytesIO

import pytest
import segno
from PIL import Image, ImageDraw

from charity.adapters import photos
from charity.adapters.codes import has_code
from charity.adapters.storage import MemoryStore
from charity.domain.errors import Invalid


def scene(seed: int = 60) -> Image.Image:
    return Image.effect_noise((1200, 900), seed).convert("RGB")


def code(what: str = "https://qr.example/pay?to=1") -> Image.Image:
    out = BytesIO()
    segno.make(what, micro=False).save(out, kind="png", scale=6, border=4)
    return Image.open(out).convert("RGB")


def data_of(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


@pytest.mark.parametrize("angle", [0, 17, 90, 180])
def test_a_code_in_a_corner_is_found_however_it_lies(angle: int) -> None:
    picture = scene()
    picture.paste(code().resize((240, 240)).rotate(angle, expand=True, fillcolor="white"), (800, 500))
    store = MemoryStore()
    with pytest.raises(Invalid, match="photo-shows-code"):
        photos.take_in(data_of(picture), store)
    assert not store.kept
    assert photos.take_in(data_of(picture), store, may_hold_codes=True).width == picture.width


def test_stripes_checks_and_noise_are_no_code() -> None:
    striped = Image.new("RGB", (900, 900), "white")
    pen = ImageDraw.Draw(striped)
    for left in range(0, 900, 14):
        pen.rectangle((left, 0, left + (left % 9) + 2, 900), fill="navy")
    checked = Image.new("RGB", (900, 900), "white")
    pen = ImageDraw.Draw(checked)
    for place in range(0, 900, 30):
        for other in range(place % 60, 900, 60):
            pen.rectangle((place, other, place + 29, other + 29), fill="darkred")
    for picture in (striped, checked, scene(), scene(120)):
        assert not has_code(picture)
