"""Pictures people send in: decoded to prove what they are, drawn anew from pixels alone, kept in a few widths."""

import hashlib
import io
import secrets
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, TypeAlias

from PIL import Image, ImageOps

from charity.adapters.codes import has_code
from charity.adapters.storage import Store, is_no_room
from charity.domain.errors import Busy, Invalid

MAX_BYTES: Final = 12 * 1024 * 1024
MAX_PIXELS: Final = 64_000_000
MAX_SIDE: Final = 20_000
WIDTHS: Final = (320, 640, 1280)
JPEG_WIDTH: Final = 640
# The first two stand above the fold of public pages, which promise no picture over 30 KB there.
LARGEST: Final = {320: 30_000, 640: 30_000, 1280: 400_000}
LARGEST_JPEG: Final = 120_000
QUALITIES: Final = (82, 74, 64, 54, 44, 34, 24)
FORMATS: Final = ("JPEG", "PNG", "WEBP")
HEIF_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
# Pillow's own guard stands behind ours, and raises already at this number, not at twice.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

Upload: TypeAlias = bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that was taken in: the key of its files, its shape, and two fingerprints."""

    key: str
    width: int
    height: int
    sha256: str
    dhash: str


def take_in(upload: Upload, store: Store, *, may_hold_codes: bool = False) -> Photo:
    """Check a picture, keep it in all widths, and say what it is; Invalid says why it was refused.

    What everybody will see holds no code to scan: it would lead to a payment or a contact that nobody looked at.
    """
    data = read_bounded(upload)
    image = decode(data)
    if not may_hold_codes and has_code(image):
        raise Invalid("photo-shows-code", field="photo")
    key = secrets.token_hex(16)
    try:
        for name, drawn in renditions(image, key):
            store.put(name, drawn)
    except OSError as error:
        forget(key, store)  # all of its widths or none
        if is_no_room(error):
            raise Busy("no-room") from error
        raise
    return Photo(key, image.width, image.height, hashlib.sha256(data).hexdigest(), dhash(image))


def forget(key: str, store: Store) -> None:
    """Remove every file of a picture."""
    for name in names(key):
        store.delete(name)


def names(key: str) -> tuple[str, ...]:
    """Give the file names of a picture: WebP in each width, and one JPEG for old phones."""
    return (*(f"{key}-{width}.webp" for width in WIDTHS), f"{key}-{JPEG_WIDTH}.jpg")


def read_bounded(upload: Upload) -> bytes:
    """Read an upload, but never more than the limit."""
    data = upload if isinstance(upload, bytes) else upload.read(MAX_BYTES + 1)
    if not data:
        raise Invalid("photo-empty", field="photo")
    if len(data) > MAX_BYTES:
        raise Invalid("photo-too-large", field="photo", params={"megabytes": MAX_BYTES // 1024 // 1024})
    return data


def decode(data: bytes) -> Image.Image:
    """Turn bytes into upright RGB pixels with nothing else attached."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        raise Invalid("photo-heic", field="photo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _refuse_huge(image)
                # A JPEG can be read at a half, a quarter, an eighth: a 50-megapixel one then costs little memory.
                image.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
                return _plain(image)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid("photo-too-many-pixels", field="photo") from None
    except Exception as error:  # A hostile file makes decoders raise almost anything; all of it means the same.
        raise Invalid("photo-not-a-picture", field="photo") from error


def renditions(image: Image.Image, key: str) -> Iterator[tuple[str, bytes]]:
    """Draw a picture in each width, as (file name, bytes)."""
    drawn: dict[tuple[int, int], bytes] = {}
    for width in WIDTHS:
        fitted = _fitted(image, width)
        if fitted.size not in drawn:  # a small picture is not drawn a second time for a width it does not fill
            drawn[fitted.size] = _encode(fitted, "WEBP", LARGEST[width])
        yield f"{key}-{width}.webp", drawn[fitted.size]
    yield f"{key}-{JPEG_WIDTH}.jpg", _encode(_fitted(image, JPEG_WIDTH), "JPEG", LARGEST_JPEG)


def paper_of(image: Image.Image) -> bytes:
    """Draw a picture of a paper once, large enough to read."""
    return _encode(_fitted(image, WIDTHS[-1]), "WEBP", LARGEST[WIDTHS[-1]])


def dhash(image: Image.Image) -> str:
    """Give the 64-bit difference hash as 16 hex digits: alike pictures differ in few bits."""
    pixels = image.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            place = row * 9 + column
            bits = bits << 1 | (pixels[place] > pixels[place + 1])
    return f"{bits:016x}"


LOOK_BITS = 64
NEAR = 6  # bits: the same picture, saved again, made smaller or a little brighter


def distance(one: str, other: str) -> int:
    """Count the bits in which two difference hashes differ (0 same, up to 8 probably the same picture)."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def shows_little(look: str) -> bool:
    """Say that a hash tells next to nothing of its picture: an even sheet of paper, near to every other one."""
    bits = int(look, 16).bit_count()
    return bits <= NEAR or bits >= LOOK_BITS - NEAR


def _refuse_huge(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise Invalid("photo-too-many-pixels", field="photo")


def _plain(image: Image.Image) -> Image.Image:
    """Copy the pixels onto fresh white paper; what the file said beside them stays behind."""
    image.load()
    upright = _upright(image)
    paper = Image.new("RGB", upright.size, "white")
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        paper.paste(layer, mask=layer)
    else:
        paper.paste(upright.convert("RGB"))
    return paper


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # Broken notes about the picture do not make the picture broken.
        return image


def _fitted(image: Image.Image, width: int) -> Image.Image:
    fitted = image.copy()
    fitted.thumbnail((width, width * 3 // 2), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return fitted


def _encode(image: Image.Image, kind: str, largest: int) -> bytes:
    """Encode as well as the size allows; noise that no quality brings down loses pixels instead."""
    for quality in QUALITIES:
        data = _saved(image, kind, quality)
        if len(data) <= largest:
            return data
    return _encode(image.resize((max(1, image.width * 2 // 3), max(1, image.height * 2 // 3))), kind, largest)


def _saved(image: Image.Image, kind: str, quality: int) -> bytes:
    out = io.BytesIO()
    if kind == "WEBP":
        image.save(out, kind, quality=quality, method=4)
    else:
        image.save(out, kind, quality=quality, optimize=True, progressive=True)
    return out.getvalue()
