"""Copies of official documents: a PDF as it is, or a photographed page drawn anew; encrypted before they are stored.

What a file is, its bytes decide, never its name. A PDF that carries programs or other files is refused where that
shows; whatever does not show never runs here, because copies leave the site as downloads only.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final

from charity.adapters.crypto import seal, unseal
from charity.adapters.photos import Upload, decode, paper_of
from charity.adapters.storage import Store, is_no_room
from charity.domain.errors import Busy, Invalid

MAX_BYTES: Final = 10 * 1024 * 1024
PDF: Final = "application/pdf"
PICTURE: Final = "image/webp"
ENDINGS: Final = {PDF: "pdf", PICTURE: "webp"}
_TAIL: Final = 2048
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that was taken in: its key in the store, what it is, and the digest of the bytes kept."""

    key: str
    media_type: str
    size: int
    sha256: str


def keep_copy(upload: Upload, store: Store) -> Copy:
    """Check a PDF or picture, keep it sealed, and say what it is; Invalid says why it was refused."""
    data, media_type = _read(upload)
    key = secrets.token_hex(16)
    try:
        store.put(_name(key), seal(base64.b64encode(data).decode(), place=_place(key)))
    except OSError as error:
        if is_no_room(error):
            raise Busy("no-room") from error
        raise
    return Copy(key=key, media_type=media_type, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def open_copy(key: str, store: Store) -> bytes:
    """Give the bytes of a copy; FileNotFoundError when there are none."""
    return base64.b64decode(unseal(store.get(_name(key)), place=_place(key)))


def forget_copy(key: str, store: Store) -> None:
    """Remove a copy."""
    store.delete(_name(key))


def _read(upload: Upload) -> tuple[bytes, str]:
    data = upload if isinstance(upload, bytes) else upload.read(MAX_BYTES + 1)
    if not data:
        raise Invalid("file-empty", field="file")
    if len(data) > MAX_BYTES:
        raise Invalid("copy-too-large", field="file", params={"megabytes": MAX_BYTES // 1024 // 1024})
    if data.startswith(b"%PDF-"):
        return _checked_pdf(data), PDF
    try:
        return paper_of(decode(data)), PICTURE
    except Invalid as invalid:
        code = "copy-neither" if invalid.code == "photo-not-a-picture" else invalid.code
        raise Invalid(code, field="file", params=invalid.params) from invalid


def _checked_pdf(data: bytes) -> bytes:
    if b"%%EOF" not in data[-_TAIL:]:
        raise Invalid("copy-cut-off", field="file")
    if _ACTIVE.search(data):
        raise Invalid("copy-not-plain", field="file")
    return data


def _name(key: str) -> str:
    return f"{key}-copy.bin"


def _place(key: str) -> str:
    return f"basis_files:{key}"
