import hashlib
import io
import os
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageDraw

from charity.adapters import photos
from charity.adapters.storage import BadName, FolderStore, MemoryStore, open_store
from charity.domain.errors import Invalid

GPS = 0x8825


def drawing(width: int = 1600, height: int = 1200) -> Image.Image:
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(image).ellipse((width // 4, height // 4, width // 2, height // 2), fill="red")
    return image


def saved(image: Image.Image, kind: str = "JPEG", exif: Image.Exif | None = None, icc: bytes | None = None) -> bytes:
    out = io.BytesIO()
    notes = {"exif": exif} if exif is not None else {}
    image.save(out, kind, icc_profile=icc, **notes)
    return out.getvalue()


def planted() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "CANARY-DESCRIPTION"
    exif[0x013B] = "CANARY-ARTIST"
    exif.get_ifd(GPS).update({1: "N", 2: (28.0, 34.0, 12.0), 3: "E", 4: (109.0, 28.0, 56.0)})
    return exif


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        photos.take_in(data, MemoryStore())
    assert caught.value.field == "photo"
    return caught.value.code


def lying_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_in_every_width(kind):
    store = MemoryStore()
    data = saved(drawing(), kind)
    photo = photos.take_in(io.BytesIO(data), store)
    assert set(store.kept) == set(photos.names(photo.key))
    assert photo.sha256 == hashlib.sha256(data).hexdigest()
    for name in photos.names(photo.key):
        drawn = Image.open(io.BytesIO(store.get(name)))
        assert drawn.width == int(name.split("-")[1].split(".")[0])
        assert drawn.format == ("JPEG" if name.endswith("jpg") else "WEBP")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_stays(kind):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(drawing(), kind, planted(), profile)
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(GPS), (
        "the place must be in the upload for this to mean anything"
    )
    store = MemoryStore()
    photos.take_in(data, store)
    for drawn in store.kept.values():
        image = Image.open(io.BytesIO(drawn))
        assert not dict(image.getexif())
        assert not image.getexif().get_ifd(GPS)
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info)
        assert b"CANARY" not in drawn
        assert b"Exif" not in drawn
        assert b"ICC" not in drawn


def test_a_picture_lying_on_its_side_stands_up():
    image = Image.new("RGB", (400, 200), "white")
    image.paste("black", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = photos.decode(saved(image, "JPEG", exif))
    assert upright.size == (200, 400)
    assert upright.getpixel((100, 50)) < (40, 40, 40) < upright.getpixel((100, 350))


def test_see_through_parts_become_white_and_small_pictures_stay_small():
    image = photos.decode(saved(Image.new("RGBA", (50, 40), (255, 0, 0, 0)), "PNG"))
    assert image.getpixel((10, 10)) == (255, 255, 255)
    sizes = {Image.open(io.BytesIO(data)).size for _, data in photos.renditions(image, "k" * 32)}
    assert sizes == {(50, 40)}


@pytest.mark.parametrize("size", [(1400, 1400), (1280, 9000), (9000, 320)])
def test_even_noise_stays_within_thirty_kilobytes(size):
    noise = Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3))
    drawn = dict(photos.renditions(noise, "k" * 32))
    assert len(drawn[f"{'k' * 32}-320.webp"]) <= 30_000
    assert all(len(data) <= 400_000 for data in drawn.values())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo-empty"),
        (b"not a picture at all", "photo-not-a-picture"),
        (b"%PDF-1.7\n", "photo-not-a-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo-not-a-picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, "photo-not-a-picture"),
        (saved(drawing(80, 60), "GIF"), "photo-not-a-picture"),
        (saved(drawing(), "JPEG")[:9000], "photo-not-a-picture"),
        (saved(drawing(80, 60), "PNG")[:-30], "photo-not-a-picture"),
        (lying_png(900, 900), "photo-not-a-picture"),
        (lying_png(60_000, 60_000), "photo-too-many-pixels"),
        (lying_png(30_000, 30), "photo-too-many-pixels"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "photo-heic"),
        (b"\0" * (photos.MAX_BYTES + 1), "photo-too-large"),
    ],
)
def test_a_bad_file_is_refused_by_code(data, code):
    assert refusal(data) == code


def test_an_explosive_picture_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    Image.new("1", (19_000, 19_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    began = time.perf_counter()
    assert refusal(out.getvalue()) == "photo-too-many-pixels"
    assert time.perf_counter() - began < 0.5


def test_no_more_than_the_limit_is_read():
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(Invalid):
        photos.read_bounded(endless)
    assert endless.taken == photos.MAX_BYTES + 1


def test_the_fingerprint_sees_through_size_and_encoding():
    one = photos.dhash(photos.decode(saved(drawing(), "PNG")))
    same = photos.dhash(photos.decode(saved(drawing(700, 525), "JPEG")))
    other = photos.dhash(drawing().rotate(90))
    assert len(one) == 16
    assert photos.distance(one, same) <= 6
    assert photos.distance(one, other) >= 10


def test_a_folder_keeps_gives_and_forgets(tmp_path: Path):
    store = open_store(f"file://{tmp_path}/pictures")
    photo = photos.take_in(saved(drawing(300, 300)), store)
    names = photos.names(photo.key)
    assert all(store.exists(name) for name in names)
    assert store.get(names[0])[:4] == b"RIFF"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} == set(names)
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    photos.forget(photo.key, store)
    assert not any(store.exists(name) for name in names)
    with pytest.raises(FileNotFoundError):
        store.get(names[0])


@pytest.mark.parametrize("name", ["../secret.webp", "/etc/passwd", "a/b.webp", "abcd", "", "ab\0cd.webp", "ABCD.webp"])
@pytest.mark.parametrize("kind", ["folder", "memory"])
def test_names_never_leave_the_store(tmp_path: Path, name, kind):
    store = FolderStore(tmp_path) if kind == "folder" else MemoryStore()
    for call in (store.get, store.delete, store.exists, lambda n: store.put(n, b"")):
        with pytest.raises(BadName):
            call(name)


def test_a_failed_write_leaves_nothing(tmp_path: Path):
    store = FolderStore(tmp_path)
    with pytest.raises(TypeError):
        store.put("abcdef.webp", None)  # pyright: ignore[reportArgumentType]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_unknown_stores_are_refused():
    with pytest.raises(ValueError, match="PHOTO_URL"):
        open_store("ftp://example.org/x")
